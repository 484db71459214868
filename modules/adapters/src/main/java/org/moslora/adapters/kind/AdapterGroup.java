package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Site;

/**
 * Adapters of one kind on all layers of one shape, their parameters stacked so that folding and pulling back are a few
 * batched products.
 */
public final class AdapterGroup {
    private final String component;
    private final AdapterSpec spec;
    private final List<Linear> linears;
    private final Adapter adapter;
    private final List<Parameter> parameters;

    private AdapterGroup(String component, AdapterSpec spec, List<Linear> linears) {
        this.component = component;
        this.spec = spec;
        this.linears = List.copyOf(linears);
        Site site = linears.get(0).site();
        Adapter own = spec.kind().formula().on(site, spec);
        Adapter whole = spec.hasMagnitude() ? new DecomposedAdapter(site, (LowRankAdapter) own) : own;
        TrainedBias bias = spec.options().bias();
        this.adapter =
                bias.isOn(site) ? new BiasedAdapter(site, whole, spec.scale(), bias == TrainedBias.LORA_ONLY) : whole;
        this.parameters = adapter.parameters();
    }

    /** The layers. */
    public List<Linear> linears() {
        return linears;
    }

    /** Their settings, patterns applied. */
    public AdapterSpec spec() {
        return spec;
    }

    /** One of their parameters. */
    Parameter parameter(TensorRole role) {
        return parameters.stream()
                .filter(parameter -> parameter.role() == role)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(role + " is no parameter of " + spec.label()));
    }

    /** Reserves the places of all parameters. */
    public void reserve(FlatParameters.Plan plan) {
        for (Parameter parameter : parameters) {
            parameter.reserve(plan, component, spec.options().outerRatio(), linears.size());
        }
    }

    /**
     * Fills in the start values and puts the adapter on its layers.
     *
     * @param arena owns what is made
     * @param seed of the start values
     */
    public void attach(FlatParameters flat, Arena arena, Compute compute, long seed) {
        long[] seeds = linears.stream()
                .mapToLong(linear -> seed(seed, linear.site().path()))
                .toArray();
        parameters.forEach(parameter -> parameter.attach(flat, arena, linears, seeds));
        List<Adapter.Attached> attached = adapter.attach(arena, compute, linears);
        for (int i = 0; i < linears.size(); i++) {
            attached.get(i).putOn(linears.get(i), spec.dropout());
        }
    }

    /** Makes what the kernels read from the parameters. */
    public void materialize(Arena arena) {
        adapter.materialize(arena);
    }

    /** Turns the gradients of what the kernels read into those of the parameters. */
    public void backward(Arena arena) {
        adapter.backward(arena);
    }

    /** The parameters of one layer, shaped as in files: windows, to read or to copy into. */
    public Map<TensorRole, NDArray> tensors(Arena arena, int layer) {
        Map<TensorRole, NDArray> tensors = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            NDArray window = Kernels.get().one(arena, "window", parameter.value(layer), 0, parameter.inFiles());
            tensors.put(parameter.role(), window);
        }
        return tensors;
    }

    /** A seed of its own for every layer, so that adding one changes no other's start (FNV-1a). */
    private static long seed(long seed, String path) {
        long hash = 0xcbf29ce484222325L ^ seed;
        for (int i = 0; i < path.length(); i++) {
            hash = (hash ^ path.charAt(i)) * 0x100000001b3L;
        }
        return hash >>> 2;
    }

    /** Layers that one group can hold: as wide, with the same kernel and settings, all with a trained bias or none. */
    private record Shape(
            long inputs, long outputs, List<Long> kernel, boolean isEmbedding, boolean biased, AdapterSpec spec) {
        static Shape of(Site site, AdapterSpec spec) {
            boolean biased = spec.options().bias().isOn(site);
            return new Shape(site.inputs(), site.outputs(), site.kernel(), site.isEmbedding(), biased, spec);
        }
    }

    /** Splits the layers of a component by shape and settings, in the order in which these first appear. */
    public static List<AdapterGroup> byShape(String component, AdapterSpec spec, List<Linear> linears) {
        Map<Shape, List<Linear>> shapes = new LinkedHashMap<>();
        for (Linear linear : linears) {
            Site site = linear.site();
            Shape shape = Shape.of(site, spec.at(site.path()));
            shapes.computeIfAbsent(shape, key -> new ArrayList<>()).add(linear);
        }
        List<AdapterGroup> groups = new ArrayList<>();
        shapes.forEach((shape, group) -> groups.add(new AdapterGroup(component, shape.spec(), group)));
        return groups;
    }
}
