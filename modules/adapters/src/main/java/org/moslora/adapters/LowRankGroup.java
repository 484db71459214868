package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;
import org.moslora.layers.Site;

/**
 * Adapters of one kind on all layers of one shape, their factors stacked so that folding and pulling back are one
 * batched product each. In fp32 the kernels read B and add to its gradient in place; in bf16 they read copies.
 */
final class LowRankGroup {
    private final String component;
    private final AdapterSpec spec;
    private final List<Linear> linears;
    private final Core core;
    private FlatParameters.@Nullable Place downPlace;
    private FlatParameters.@Nullable Place upPlace;
    private @Nullable State state;

    /** Windows into the flat buffers and what the kernels are given. All are [layers, …]. */
    private record State(NDArray down, NDArray up, NDArray downGradient, NDArray pair, NDArray upForKernels) {}

    LowRankGroup(String component, AdapterSpec spec, List<Linear> linears) {
        this.component = component;
        this.spec = spec;
        this.linears = List.copyOf(linears);
        this.core = switch (spec.kind()) {
            case LORA -> new PlainCore();
            case MOSLORA -> new MixerCore(spec.mixerInit());
        };
    }

    List<Linear> linears() {
        return linears;
    }

    AdapterSpec spec() {
        return spec;
    }

    void reserve(FlatParameters.Plan plan) {
        Site site = linears.get(0).site();
        downPlace = plan.reserve(component, linears.size(), spec.rank(), site.inputs());
        core.reserve(plan, component, linears.size(), spec.rank());
        upPlace = plan.reserve(component, linears.size(), site.outputs(), spec.rank());
    }

    void attach(FlatParameters parameters, Arena arena, Compute compute, long seed) {
        Site site = linears.get(0).site();
        FlatParameters.Place reservedDown = present(downPlace);
        FlatParameters.Place reservedUp = present(upPlace);
        NDArray up = parameters.value(reservedUp);
        NDArray upGradient = parameters.gradient(reservedUp);
        long[] shape = {linears.size(), spec.rank(), site.inputs()};
        NDArray pair = blank(arena, compute, compute.precision(), shape);
        // The pair's gradient is gathered where that of down belongs; pulling back turns the one into the other.
        NDArray downGradient = parameters.gradient(reservedDown);
        boolean wide = compute.precision() == Precision.FP32;
        NDArray upForKernels =
                wide ? up : blank(arena, compute, compute.precision(), linears.size(), site.outputs(), spec.rank());
        State made = new State(parameters.value(reservedDown), up, downGradient, pair, upForKernels);
        state = made;
        long[] seeds = new long[linears.size()];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = seed(seed, linears.get(i).site().path());
            linears.get(i)
                    .adapt(
                            new LowRank(row(arena, pair, i), row(arena, upForKernels, i)),
                            new LowRank(row(arena, downGradient, i), row(arena, upGradient, i)),
                            spec.dropout());
            start(arena, row(arena, made.down(), i), seeds[i]);
        }
        core.attach(parameters, arena, seeds);
    }

    void fold(Arena arena) {
        State now = present(state);
        core.fold(arena, now.down(), spec.scale(), now.pair());
        if (now.upForKernels() != now.up()) {
            Kernels.get().call(arena, "copied_into", now.upForKernels(), now.up());
        }
    }

    void pullBack(Arena arena) {
        State now = present(state);
        core.pullBack(arena, now.downGradient(), now.down(), spec.scale());
    }

    /** The parameters of one layer by factor, shaped as in files: windows, to read or to copy into. */
    Map<String, NDArray> tensors(Arena arena, int layer) {
        State now = present(state);
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        Site site = linears.get(layer).site();
        tensors.put(AdapterNames.DOWN, shaped(arena, row(arena, now.down(), layer), site.downShape(spec.rank())));
        tensors.putAll(core.tensors(layer));
        tensors.put(AdapterNames.UP, shaped(arena, row(arena, now.up(), layer), site.upShape(spec.rank())));
        return tensors;
    }

    private static NDArray shaped(Arena arena, NDArray factor, long[] shape) {
        return shape.length == 2 ? factor : Kernels.get().one(arena, "window", factor, 0, shape);
    }

    private void start(Arena arena, NDArray down, long seed) {
        long[] shape = {spec.rank(), linears.get(0).site().inputs()};
        try (Arena drawing = arena.child()) {
            NDArray drawn = switch (spec.init()) {
                case KAIMING ->
                    Kernels.get().one(drawing, "uniform", shape, 1 / Math.sqrt((double) shape[1]), seed + 1);
                case GAUSSIAN -> Kernels.get().one(drawing, "normal", shape, 1.0 / spec.rank(), seed + 1);
            };
            Kernels.get().call(drawing, "copied_into", down, drawn);
        }
    }

    /** A seed of its own for every layer, so that adding one changes no other's start (FNV-1a). */
    private static long seed(long seed, String path) {
        long hash = 0xcbf29ce484222325L ^ seed;
        for (int i = 0; i < path.length(); i++) {
            hash = (hash ^ path.charAt(i)) * 0x100000001b3L;
        }
        return hash >>> 2;
    }

    private static NDArray blank(Arena arena, Compute compute, Precision precision, long... shape) {
        return Kernels.get().one(arena, "blank", shape, precision.scalarType(), compute.deviceName());
    }

    private static NDArray row(Arena arena, NDArray array, int i) {
        return Kernels.get().one(arena, "row", array, i);
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the adapters are not built yet");
        }
        return value;
    }

    /** Splits the layers of a component by shape, in the order in which the shapes first appear. */
    static List<LowRankGroup> byShape(String component, AdapterSpec spec, List<Linear> linears) {
        Map<List<Long>, List<Linear>> shapes = new LinkedHashMap<>();
        for (Linear linear : linears) {
            List<Long> shape = List.of(linear.site().inputs(), linear.site().outputs());
            shapes.computeIfAbsent(shape, key -> new ArrayList<>()).add(linear);
        }
        return shapes.values().stream()
                .map(group -> new LowRankGroup(component, spec, group))
                .toList();
    }
}
