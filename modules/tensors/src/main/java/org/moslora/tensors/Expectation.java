package org.moslora.tensors;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a model needs of its weights.
 *
 * @param saidBy the file that the shapes follow from, as messages name it, such as {@code config.json}
 * @param shapes shape of each tensor by canonical name
 * @param optional canonical names that may be absent, such as a tied {@code lm_head.weight}; one without an entry in
 *     {@code shapes} may have any shape
 */
public record Expectation(String saidBy, Map<String, List<Long>> shapes, Set<String> optional) {
    /** Copies both collections. */
    public Expectation {
        shapes = Map.copyOf(shapes);
        optional = Set.copyOf(optional);
    }

    boolean knows(String name) {
        return shapes.containsKey(name) || optional.contains(name);
    }
}
