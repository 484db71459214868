package org.moslora.models;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.moslora.tensors.DType;
import org.moslora.tensors.WeightSource;

/** Says which weights of a model its files hold in 8-bit floating point. */
final class NarrowWeights {
    private NarrowWeights() {}

    /** A line for each format that there is; none where all are wider. */
    static List<String> described(String part, WeightSource source) {
        Map<DType, List<String>> held = source.names().stream()
                .filter(name -> source.stored(name).isNarrow())
                .collect(Collectors.groupingBy(source::stored, TreeMap::new, Collectors.toList()));
        return held.entrySet().stream()
                .map(form -> "fp8: " + form.getValue().size() + " weights of " + part + " in " + form.getKey()
                        + scaled(source, form.getValue()))
                .toList();
    }

    private static String scaled(WeightSource source, Collection<String> names) {
        long scaled = names.stream().filter(source::isMade).count();
        return scaled == 0 ? "" : ", " + scaled + " of them with a scale";
    }
}
