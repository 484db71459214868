package org.moslora.onnx.session;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.onnx.graph.Layers;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Whether the pairs of an adapter are what graphs take: each half an input, of its shape, and both of one rank. */
record PairFit(Map<String, GraphHeader> graphs) {
    /**
     * What fits, as it was given.
     *
     * @param where what messages call the adapter
     * @param components its factors
     * @throws InvalidInput naming, for every graph, a tensor that does not fit
     */
    SortedMap<String, List<GraphFactor>> checked(String where, SortedMap<String, List<GraphFactor>> components) {
        Problems problems = new Problems();
        components.forEach((component, factors) -> {
            GraphHeader graph = graphs.get(component);
            if (graph == null) {
                problems.add(where, "is for a graph %s, but the model has %s", component, graphs.keySet());
            } else {
                check(where, graph, factors, problems);
            }
        });
        problems.throwIfAny();
        return components;
    }

    private static void check(String where, GraphHeader graph, List<GraphFactor> factors, Problems problems) {
        Map<String, GraphFactor> byName = new TreeMap<>();
        factors.forEach(factor -> byName.put(factor.name(), factor));
        Set<String> strangers = new TreeSet<>(byName.keySet());
        strangers.removeAll(graph.optional().keySet());
        if (!strangers.isEmpty()) {
            problems.add(
                    where,
                    "has %d tensors that %s takes no inputs for, such as %s; was the graph exported with other"
                            + " layers as inputs, or for another base?",
                    strangers.size(),
                    graph.file(),
                    strangers.iterator().next());
            return;
        }
        for (GraphFactor factor : byName.values()) {
            DeclaredValue declared = Objects.requireNonNull(graph.optional().get(factor.name()));
            if (!declared.takes(factor.dims())) {
                problems.add(
                        where,
                        "%s has shape %s, but the graph takes %s; was this adapter made for another base?",
                        factor.name(),
                        factor.dims(),
                        declared.shape());
                return;
            }
        }
        byName.values().stream()
                .map(factor -> alone(factor, byName))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(wrong -> problems.add(where, "%s", wrong));
    }

    /** What is wrong with a half and its other half, if anything is. */
    private static @Nullable String alone(GraphFactor factor, Map<String, GraphFactor> all) {
        String down = Layers.down("");
        String up = Layers.up("");
        String own = factor.isUp() ? up : down;
        if (!factor.name().endsWith(own)) {
            return null; // somebody else's graph, whose inputs are called otherwise
        }
        String path = factor.name().substring(0, factor.name().length() - own.length());
        String partner = path + (factor.isUp() ? down : up);
        GraphFactor other = all.get(partner);
        if (other == null) {
            return factor.name() + " comes without " + partner + ": a pair is both";
        }
        return other.rank() == factor.rank()
                ? null
                : factor.name() + " has rank " + factor.rank() + ", but " + partner + " has " + other.rank();
    }
}
