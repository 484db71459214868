package org.moslora.console.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Lays {@code key=value} arguments over a recipe. Whether a key exists is left to {@link Binder}. */
final class Overrides {
    private final Problems problems;
    private final ValueSource source;

    Overrides(Problems problems, ValueSource source) {
        this.problems = problems;
        this.source = source;
    }

    YamlValue.Mapping apply(YamlValue.Mapping recipe, List<String> overrides) {
        YamlValue.Mapping changed = recipe;
        for (String override : overrides) {
            int equals = override.indexOf('=');
            String path = equals < 0 ? "" : override.substring(0, equals).strip();
            List<String> keys = List.of(path.split("\\.", -1));
            if (keys.contains("")) {
                problems.add(source.where(), "%s is not of the form key=value", override);
                continue;
            }
            YamlValue value = parse(path, override.substring(equals + 1));
            if (value != null) {
                changed = (YamlValue.Mapping) put(changed, keys, value, path);
            }
        }
        return changed;
    }

    private @Nullable YamlValue parse(String path, String text) {
        try {
            YamlValue value = YamlTree.read(text, line -> source, problems);
            return value == null ? new YamlValue.Scalar("", true, source) : value;
        } catch (InvalidInput wrong) {
            wrong.problems().forEach(problem -> problems.add(problem.where(), path + " " + problem.what()));
            return null;
        }
    }

    private YamlValue put(@Nullable YamlValue into, List<String> keys, YamlValue value, String path) {
        if (keys.isEmpty()) {
            return value;
        }
        String key = keys.get(0);
        List<String> rest = keys.subList(1, keys.size());
        if (into instanceof YamlValue.Sequence sequence) {
            return putItem(sequence, key, rest, value, path);
        }
        YamlValue.Mapping mapping =
                into instanceof YamlValue.Mapping given ? given : new YamlValue.Mapping(Map.of(), source);
        return mapping.with(key, put(mapping.entries().get(key), rest, value, path));
    }

    private YamlValue putItem(
            YamlValue.Sequence sequence, String key, List<String> rest, YamlValue value, String path) {
        int at = key.matches("\\d{1,6}") ? Integer.parseInt(key) : -1;
        if (at < 0 || at >= sequence.items().size()) {
            problems.add(
                    source.where(),
                    "%s goes into a list of %d, where %s is not a place from 0 on",
                    path,
                    sequence.items().size(),
                    key);
            return sequence;
        }
        List<YamlValue> items = new ArrayList<>(sequence.items());
        items.set(at, put(items.get(at), rest, value, path));
        return new YamlValue.Sequence(items, sequence.origin());
    }
}
