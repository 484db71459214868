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

    Overrides(Problems problems) {
        this.problems = problems;
    }

    Value.Mapping apply(Value.Mapping recipe, List<String> overrides) {
        Value.Mapping changed = recipe;
        for (String override : overrides) {
            int equals = override.indexOf('=');
            String path = equals < 0 ? "" : override.substring(0, equals).strip();
            List<String> keys = List.of(path.split("\\.", -1));
            if (keys.contains("")) {
                problems.add(Origin.COMMAND_LINE.where(), "%s is not of the form key=value", override);
                continue;
            }
            Value value = parse(path, override.substring(equals + 1));
            if (value != null) {
                changed = (Value.Mapping) put(changed, keys, value, path);
            }
        }
        return changed;
    }

    private @Nullable Value parse(String path, String text) {
        try {
            Value value = YamlTree.read(text, line -> Origin.COMMAND_LINE, problems);
            return value == null ? new Value.Scalar("", true, Origin.COMMAND_LINE) : value;
        } catch (InvalidInput wrong) {
            wrong.problems().forEach(problem -> problems.add(problem.where(), path + " " + problem.what()));
            return null;
        }
    }

    private Value put(@Nullable Value into, List<String> keys, Value value, String path) {
        if (keys.isEmpty()) {
            return value;
        }
        String key = keys.get(0);
        List<String> rest = keys.subList(1, keys.size());
        if (into instanceof Value.Sequence sequence) {
            return putItem(sequence, key, rest, value, path);
        }
        Value.Mapping mapping =
                into instanceof Value.Mapping given ? given : new Value.Mapping(Map.of(), Origin.COMMAND_LINE);
        return mapping.with(key, put(mapping.entries().get(key), rest, value, path));
    }

    private Value putItem(Value.Sequence sequence, String key, List<String> rest, Value value, String path) {
        int at = key.matches("\\d{1,6}") ? Integer.parseInt(key) : -1;
        if (at < 0 || at >= sequence.items().size()) {
            problems.add(
                    Origin.COMMAND_LINE.where(),
                    "%s goes into a list of %d, where %s is not a place from 0 on",
                    path,
                    sequence.items().size(),
                    key);
            return sequence;
        }
        List<Value> items = new ArrayList<>(sequence.items());
        items.set(at, put(items.get(at), rest, value, path));
        return new Value.Sequence(items, sequence.origin());
    }
}
