package org.moslora.console.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a recipe says, key by key, before anybody asks what it means. */
final class WrittenLeaves {
    private final Map<String, String> found = new LinkedHashMap<>();

    private WrittenLeaves() {}

    static Map<String, String> of(YamlValue value) {
        WrittenLeaves leaves = new WrittenLeaves();
        leaves.walk(value, "");
        return leaves.found;
    }

    private void walk(YamlValue value, String path) {
        if (value instanceof YamlValue.Mapping mapping && !mapping.entries().isEmpty()) {
            mapping.entries().forEach((key, inner) -> walk(inner, DottedPath.path(path, key)));
        } else if (value instanceof YamlValue.Sequence sequence && hasBlocks(sequence.items())) {
            for (int i = 0; i < sequence.items().size(); i++) {
                walk(sequence.items().get(i), path + "[" + i + "]");
            }
        } else {
            found.put(path, text(value));
        }
    }

    private static boolean hasBlocks(List<YamlValue> items) {
        return items.stream().anyMatch(YamlValue.Mapping.class::isInstance);
    }

    private static String text(YamlValue value) {
        if (value instanceof YamlValue.Sequence sequence) {
            return sequence.items().stream().map(WrittenLeaves::text).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof YamlValue.Scalar scalar ? scalar.text() : "{}";
    }
}
