package org.moslora.console.recipe;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Sets one key in the text of a recipe and leaves all else as it is written, comments and order too.
 *
 * @param text the whole text
 * @param from where the value begins in it
 * @param to where it ends
 */
public record RecipeEdit(String text, int from, int to) {
    /** What may stand before a value: a name for it, and its type. */
    private static final Pattern MARKS = Pattern.compile("([&!]\\S*\\s+)+");

    /**
     * Sets a key.
     *
     * @param path dotted; blocks that are not there are made
     * @param value as YAML on one line; where the key is there already and this is empty, it is only found
     * @throws InvalidInput if the text is no recipe, or the path leads into something that is no block
     */
    public static RecipeEdit set(String text, String path, String value) {
        String whole = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        List<String> keys = List.of(path.split("\\."));
        MappingNode block = root(whole);
        for (int i = 0; i < keys.size(); i++) {
            NodeTuple pair = block == null ? null : found(block, keys.get(i));
            if (pair == null) {
                return added(whole, block, keys.subList(i, keys.size()), value);
            }
            Node now = pair.getValueNode();
            if (i == keys.size() - 1) {
                return replaced(whole, now, value);
            } else if (!(now instanceof MappingNode inner)) {
                throw new InvalidInput(keys.get(i), "is no block in this recipe, so " + path + " has no place");
            } else {
                block = inner;
            }
        }
        throw new InvalidInput("key", "names nothing");
    }

    /**
     * Changes values where they stand.
     *
     * @param change what a value at a dotted path becomes, as YAML; null where it stays. Items of a list have its path
     * @throws InvalidInput if the text is no recipe
     */
    public static String changed(String text, BiFunction<String, String, @Nullable String> change) {
        StringBuilder changed = new StringBuilder(text);
        List<ScalarNode> scalars = new ArrayList<>();
        Map<ScalarNode, String> paths = new HashMap<>();
        collect(root(text), "", scalars, paths);
        // From the last to the first, so that the places of those before stay right.
        for (int i = scalars.size() - 1; i >= 0; i--) {
            ScalarNode scalar = scalars.get(i);
            String value = change.apply(paths.getOrDefault(scalar, ""), scalar.getValue());
            if (value != null) {
                int from = index(text, scalar.getStartMark().getIndex());
                int to = index(text, scalar.getEndMark().getIndex());
                Matcher marks = MARKS.matcher(text).region(from, to);
                changed.replace(marks.lookingAt() ? marks.end() : from, to, value);
            }
        }
        return changed.toString();
    }

    private static void collect(
            @Nullable Node node, String path, List<ScalarNode> scalars, Map<ScalarNode, String> paths) {
        if (node instanceof ScalarNode scalar && paths.putIfAbsent(scalar, path) == null) {
            scalars.add(scalar);
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> collect(item, path, scalars, paths));
        } else if (node instanceof MappingNode block) {
            for (NodeTuple pair : block.getValue()) {
                if (pair.getKeyNode() instanceof ScalarNode key) {
                    String inner = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                    collect(pair.getValueNode(), inner, scalars, paths);
                }
            }
        }
    }

    private static @Nullable MappingNode root(String text) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (root != null && !(root instanceof MappingNode)) {
                throw new InvalidInput("recipe", "is no mapping of keys to values");
            }
            return (MappingNode) root;
        } catch (YAMLException wrong) {
            throw new InvalidInput("recipe", "is not YAML, so no key can be set in it");
        }
    }

    private static @Nullable NodeTuple found(MappingNode block, String key) {
        return block.getValue().stream()
                .filter(pair -> pair.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .findFirst()
                .orElse(null);
    }

    private static RecipeEdit replaced(String text, Node now, String value) {
        int from = index(text, now.getStartMark().getIndex());
        int to = index(text, now.getEndMark().getIndex());
        if (value.isEmpty() || !(now instanceof ScalarNode)) {
            return new RecipeEdit(text, from, to);
        }
        // After a colon without a value there is no blank yet.
        String gap = from > 0 && text.charAt(from - 1) == ':' ? " " : "";
        String changed = text.substring(0, from) + gap + value + text.substring(to);
        return new RecipeEdit(changed, from + gap.length(), from + gap.length() + value.length());
    }

    private static RecipeEdit added(String text, @Nullable MappingNode block, List<String> keys, String value) {
        if (block == null || block.getValue().isEmpty()) {
            return lines(text, text.length(), 0, keys, value);
        }
        Node last = block.getValue().get(block.getValue().size() - 1).getValueNode();
        if (block.getFlowStyle() == DumperOptions.FlowStyle.FLOW) {
            int at = index(text, last.getEndMark().getIndex());
            String nested = String.join(": {", keys) + ": " + value + "}".repeat(keys.size() - 1);
            int from = at + 2 + nested.length() - value.length() - (keys.size() - 1);
            return new RecipeEdit(
                    text.substring(0, at) + ", " + nested + text.substring(at), from, from + value.length());
        }
        int column = block.getValue().get(0).getKeyNode().getStartMark().getColumn();
        int end = last instanceof MappingNode inner && inner.getFlowStyle() == DumperOptions.FlowStyle.BLOCK
                ? end(inner)
                : last.getEndMark().getIndex();
        int line = text.indexOf('\n', Math.max(0, index(text, end) - 1));
        return lines(text, line < 0 ? text.length() : line + 1, column, keys, value);
    }

    /** The end of what is innermost and last: a block itself ends where the next begins, comments included. */
    private static int end(MappingNode block) {
        if (block.getValue().isEmpty()) {
            return block.getEndMark().getIndex();
        }
        Node last = block.getValue().get(block.getValue().size() - 1).getValueNode();
        return last instanceof MappingNode inner && inner.getFlowStyle() == DumperOptions.FlowStyle.BLOCK
                ? end(inner)
                : last.getEndMark().getIndex();
    }

    private static RecipeEdit lines(String text, int at, int column, List<String> keys, String value) {
        StringBuilder added = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            added.append(" ".repeat(column + 2 * i)).append(keys.get(i)).append(':');
            added.append(i + 1 < keys.size() ? "\n" : " ");
        }
        int from = at + added.length();
        added.append(value).append('\n');
        return new RecipeEdit(text.substring(0, at) + added + text.substring(at), from, from + value.length());
    }

    /** Marks count characters, and a text's places count pairs of surrogates twice. */
    private static int index(String text, int mark) {
        return text.offsetByCodePoints(0, Math.min(mark, text.codePointCount(0, text.length())));
    }
}
