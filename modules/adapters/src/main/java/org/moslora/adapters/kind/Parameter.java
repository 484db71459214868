package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;

/** One trained tensor of an adapter, of all layers of a group: [layers, …]. */
final class Parameter {
    private final TensorRole role;
    private final boolean outer;
    private final Start start;
    private final long[] shape;
    private final long[] inFiles;
    private final List<NDArray> rows = new ArrayList<>();
    private FlatParameters.@Nullable Place place;
    private @Nullable NDArray value;
    private @Nullable NDArray gradient;

    /** How a tensor starts. */
    @FunctionalInterface
    interface Start {
        /** The start of one layer, of any shape that has as many entries. */
        NDArray draw(Arena arena, long seed, Linear linear);

        /** The same from other random numbers: every drawn tensor of a layer takes its own. */
        default Start after(int place) {
            return (arena, seed, linear) -> draw(arena, seed + place, linear);
        }
    }

    private Parameter(TensorRole role, boolean outer, Start start, long[] shape, long[] inFiles) {
        this.role = role;
        this.outer = outer;
        this.start = start;
        this.shape = shape.clone();
        this.inFiles = inFiles.clone();
    }

    /**
     * A factor on the side of x, or between.
     *
     * @param shape of one layer
     */
    static Parameter inner(TensorRole role, Start start, long... shape) {
        return new Parameter(role, false, start, shape, shape);
    }

    /** A factor on the side of y, or a vector: {@code lora_plus_ratio} is for these. */
    static Parameter outer(TensorRole role, Start start, long... shape) {
        return new Parameter(role, true, start, shape, shape);
    }

    /** The same with another shape in files. */
    Parameter inFiles(long... other) {
        return new Parameter(role, outer, start, shape, other);
    }

    TensorRole role() {
        return role;
    }

    long[] inFiles() {
        return inFiles.clone();
    }

    void reserve(FlatParameters.Plan plan, String component, double ratio, int layers) {
        long[] all = new long[shape.length + 1];
        all[0] = layers;
        System.arraycopy(shape, 0, all, 1, shape.length);
        place = plan.reserve(component, all, outer ? ratio : 1);
    }

    /** Takes its windows into the buffers and fills in the start of every layer. */
    void attach(FlatParameters parameters, Arena arena, List<Linear> linears, long[] seeds) {
        FlatParameters.Place reserved = present(place);
        value = parameters.value(reserved);
        gradient = parameters.gradient(reserved);
        for (int i = 0; i < seeds.length; i++) {
            rows.add(Kernels.get().one(arena, "row", value, i));
            try (Arena drawing = arena.child()) {
                NDArray drawn = start.draw(drawing, seeds[i], linears.get(i));
                Kernels.get().call(drawing, "copied_into", rows.get(i), drawn);
            }
        }
    }

    /** [layers, …]. */
    NDArray value() {
        return present(value);
    }

    /** [layers, …], of the same order. */
    NDArray gradient() {
        return present(gradient);
    }

    /** One layer's values. */
    NDArray value(int layer) {
        return rows.get(layer);
    }

    private static <T> T present(@Nullable T reserved) {
        if (reserved == null) {
            throw new IllegalStateException("the adapters are not built yet");
        }
        return reserved;
    }
}
