package org.moslora.console.recipe;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/** Records back to YAML, in the order of their components. */
record ResolvedYaml(Spellings spellings) {
    String block(Record recipe) {
        return write(node(recipe));
    }

    /** The same for a leaf, on one line. */
    String inline(Object leaf) {
        return write(node(leaf)).strip();
    }

    private static String write(Node node) {
        DumperOptions options = new DumperOptions();
        options.setSplitLines(false);
        options.setWidth(Integer.MAX_VALUE);
        StringWriter text = new StringWriter();
        new Yaml(options).serialize(node, text);
        return text.toString();
    }

    private Node node(Object value) {
        if (value instanceof Record block && !spellings.know(block.getClass())) {
            List<NodeTuple> entries = new ArrayList<>();
            for (RecipeComponent part : Shape.of(block.getClass()).parts()) {
                Object inner = Shape.get(part, block);
                if (inner != null) {
                    entries.add(new NodeTuple(text(part.key()), node(inner)));
                }
            }
            return new MappingNode(Tag.MAP, entries, FlowStyle.BLOCK);
        } else if (value instanceof Map<?, ?> map) {
            List<NodeTuple> entries = new ArrayList<>();
            map.forEach((key, inner) -> entries.add(new NodeTuple(text(key.toString()), node(inner))));
            boolean leaf = map.values().stream().noneMatch(this::isBlock);
            return new MappingNode(Tag.MAP, entries, leaf ? FlowStyle.FLOW : FlowStyle.BLOCK);
        } else if (value instanceof List<?> list) {
            boolean leaf = list.stream().noneMatch(this::isBlock);
            return new SequenceNode(
                    Tag.SEQ, list.stream().map(this::node).toList(), leaf ? FlowStyle.FLOW : FlowStyle.BLOCK);
        }
        String written = Scalars.write(value, spellings);
        return value instanceof Number || value instanceof Boolean ? plain(written) : text(written);
    }

    boolean isBlock(Object value) {
        return value instanceof Record && !spellings.know(value.getClass());
    }

    /** Quoted where it would be taken for something else. */
    private static Node text(String text) {
        return new ScalarNode(Tag.STR, text, null, null, ScalarStyle.PLAIN);
    }

    private static Node plain(String text) {
        Tag tag = new Resolver().resolve(NodeId.scalar, text, true);
        return new ScalarNode(tag, text, null, null, ScalarStyle.PLAIN);
    }
}
