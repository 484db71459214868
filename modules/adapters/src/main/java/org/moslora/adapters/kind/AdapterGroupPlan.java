package org.moslora.adapters.kind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Linear;
import org.moslora.layers.Site;

/** Layers of one shape and setting that are to get an adapter, before their parameters have a place. */
public final class AdapterGroupPlan {
    private final String component;
    private final AdapterSpec spec;
    private final List<Linear> linears;
    private final Adapter adapter;

    private AdapterGroupPlan(String component, AdapterSpec spec, List<Linear> linears) {
        this.component = component;
        this.spec = spec;
        this.linears = List.copyOf(linears);
        this.adapter = adapter(linears.get(0).site(), spec);
    }

    private static Adapter adapter(Site site, AdapterSpec spec) {
        Adapter own = spec.kind().formula().on(site, spec);
        Adapter whole = spec.hasMagnitude() ? new DecomposedAdapter(site, (LowRankAdapter) own) : own;
        TrainedBias bias = spec.options().bias();
        return bias.isOn(site) ? new BiasedAdapter(site, whole, spec.scale(), bias == TrainedBias.LORA_ONLY) : whole;
    }

    /** How many numbers an adapter on one layer trains. */
    public static long entries(Site site, AdapterSpec spec) {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        for (Parameter parameter : adapter(site, spec.at(site.path())).parameters()) {
            parameter.reserve(plan, "", 1, 1);
        }
        return plan.size();
    }

    /** Reserves the places of all parameters. */
    public void reserve(FlatParameters.Plan plan) {
        for (Parameter parameter : adapter.parameters()) {
            parameter.reserve(plan, component, spec.options().outerRatio(), linears.size());
        }
    }

    /**
     * Fills in the start values and puts the adapter on its layers.
     *
     * @param arena owns what is made
     * @param seed of the start values
     */
    public AdapterGroup attach(FlatParameters flat, Arena arena, Compute compute, long seed) {
        long[] seeds = linears.stream()
                .mapToLong(linear -> seed(seed, linear.site().path()))
                .toArray();
        adapter.parameters().forEach(parameter -> parameter.attach(flat, arena, linears, seeds));
        Adapter.Attachment attachment = adapter.attach(arena, compute, linears);
        for (int i = 0; i < linears.size(); i++) {
            attachment.layers().get(i).putOn(linears.get(i), spec.dropout());
        }
        return new AdapterGroup(spec, linears, adapter.parameters(), attachment);
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
    public static List<AdapterGroupPlan> byShape(String component, AdapterSpec spec, List<Linear> linears) {
        Map<Shape, List<Linear>> shapes = new LinkedHashMap<>();
        for (Linear linear : linears) {
            Site site = linear.site();
            Shape shape = Shape.of(site, spec.at(site.path()));
            shapes.computeIfAbsent(shape, key -> new ArrayList<>()).add(linear);
        }
        List<AdapterGroupPlan> groups = new ArrayList<>();
        shapes.forEach((shape, group) -> groups.add(new AdapterGroupPlan(component, shape.spec(), group)));
        return groups;
    }
}
