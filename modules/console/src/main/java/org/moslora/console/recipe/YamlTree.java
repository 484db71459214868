package org.moslora.console.recipe;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Text to {@link YamlValue}s. Only the node graph of SnakeYAML is used, which knows lines and constructs no objects; aliases
 * are written out, within limits.
 */
final class YamlTree {
    /** Far above any recipe, far below what a nest of aliases expands to. */
    private static final int MOST_VALUES = 100_000;

    private static final int DEEPEST = 50;

    private final IntFunction<ValueSource> at;
    private final Problems problems;
    private int values;

    private YamlTree(IntFunction<ValueSource> at, Problems problems) {
        this.at = at;
        this.problems = problems;
    }

    /**
     * The value that a text holds, or null when it holds none.
     *
     * @param at where a line of the text, from 1, is
     * @param problems gets what does not keep the rest from being read
     * @throws InvalidInput if the text is not YAML
     */
    static @Nullable YamlValue read(String text, IntFunction<ValueSource> at, Problems problems) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEEPEST);
        try {
            Node root = new Yaml(options).compose(new StringReader(text));
            return root == null ? null : new YamlTree(at, problems).value(root, line(root), "", 0);
        } catch (MarkedYAMLException wrong) {
            int line =
                    wrong.getProblemMark() == null ? 1 : wrong.getProblemMark().getLine() + 1;
            throw new InvalidInput(at.apply(line).where(), "is not YAML: " + said(wrong));
        } catch (ReaderException wrong) {
            long line = 1
                    + text.codePoints()
                            .takeWhile(StreamReader::isPrintable)
                            .filter(each -> each == '\n')
                            .count();
            throw new InvalidInput(
                    at.apply((int) line).where(),
                    String.format("is not text: it holds the character U+%04X; is it a recipe?", wrong.getCodePoint()));
        } catch (YAMLException wrong) {
            throw new InvalidInput(at.apply(1).where(), "is not YAML: " + wrong.getMessage());
        }
    }

    private static String said(MarkedYAMLException wrong) {
        String problem =
                wrong.getContext() == null ? wrong.getProblem() : wrong.getContext() + ", " + wrong.getProblem();
        // Prompts are full of both, and the parser's own words help nobody who forgot the quotes.
        boolean unquoted = problem.endsWith("but got ?") || problem.startsWith("mapping values are not allowed");
        return unquoted ? problem + " (text that holds : or ? may need quotes)" : problem;
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private YamlValue value(Node node, int line, String path, int depth) {
        if (++values > MOST_VALUES || depth > DEEPEST) {
            throw new InvalidInput(at.apply(line).where(), "its aliases (*) expand without end");
        }
        String tag = node.getTag().getValue();
        if (!tag.startsWith(Tag.PREFIX)) {
            problems.add(at.apply(line).where(), "the tag %s means nothing in a recipe", tag);
        }
        if (node instanceof MappingNode mapping) {
            return new YamlValue.Mapping(entries(mapping, path, depth), at.apply(line));
        }
        if (node instanceof SequenceNode sequence) {
            return new YamlValue.Sequence(items(sequence, path, depth), at.apply(line));
        }
        ScalarNode scalar = (ScalarNode) node;
        return new YamlValue.Scalar(scalar.getValue(), scalar.isPlain(), at.apply(line));
    }

    private List<YamlValue> items(SequenceNode sequence, String path, int depth) {
        List<YamlValue> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(value(item, line(item), path + "[" + items.size() + "]", depth + 1));
        }
        return items;
    }

    private Map<String, YamlValue> entries(MappingNode mapping, String path, int depth) {
        Map<String, YamlValue> entries = new LinkedHashMap<>();
        Map<String, YamlValue> merged = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            // The line of the key, not of the value, which may come from an alias or stand below.
            int line = line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(at.apply(line).where(), "a key must be a word");
                continue;
            }
            String inner = DottedPath.path(path, key.getValue());
            YamlValue value = value(tuple.getValueNode(), line, inner, depth + 1);
            if (key.getTag().equals(Tag.MERGE)) {
                merge(value, merged);
                continue;
            }
            YamlValue earlier = entries.putIfAbsent(key.getValue(), value);
            if (earlier != null) {
                problems.add(value.origin().where(), "%s is given twice, first at %s", inner, earlier.origin());
            }
        }
        merged.forEach(entries::putIfAbsent);
        return entries;
    }

    /** {@code <<: *block} gives the keys that the mapping itself lacks; of several blocks the first counts. */
    private void merge(YamlValue value, Map<String, YamlValue> merged) {
        if (value instanceof YamlValue.Mapping block) {
            block.entries().forEach(merged::putIfAbsent);
        } else if (value instanceof YamlValue.Sequence blocks) {
            blocks.items().forEach(block -> merge(block, merged));
        } else {
            problems.add(value.origin().where(), "<< takes a mapping, got %s", value.kind());
        }
    }
}
