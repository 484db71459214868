package org.moslora.onnx.language;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.moslora.llama.AttentionSpan;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LlamaNames;
import org.moslora.llama.LlamaNames.Norm;
import org.moslora.llama.Rope;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/**
 * The blocks of a language model of the LLaMA family (Touvron et al. 2023, arXiv:2302.13971) as nodes.
 *
 * @param names of its tensors
 * @param memory what a block looks at besides what is new
 */
record DecoderLayers(LanguageModelConfig config, LlamaNames names, Layers layers, Memory memory) {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis SEQUENCE = Axis.free("sequence_length");

    /** Time, row and column. */
    static final int AXES = 3;

    /** Keys or values of what came before, and the new ones. */
    @FunctionalInterface
    interface Memory {
        GraphValue with(int layer, String kind, GraphValue fresh);
    }

    /** What is the same for every block. */
    record Surroundings(GraphValue shape, GraphValue mask, GraphValue cos, GraphValue sin) {}

    /** Rows through a norm as the family has it. */
    GraphValue normed(String name, GraphValue x) {
        return layers.rms(name, x, config.epsilon(), config.parts().normOffset());
    }

    private Surroundings at(Map<AttentionSpan, Surroundings> around, int layer) {
        return Objects.requireNonNull(around.get(config.parts().spans().get(layer)));
    }

    /** Of each kind of layer that there is. */
    Map<AttentionSpan, Surroundings> surroundings(
            Graph graph, GraphValue shape, GraphValue seen, GraphValue length, GraphValue positions) {
        Map<AttentionSpan, Surroundings> kinds = new LinkedHashMap<>();
        for (AttentionSpan span : config.parts().spans()) {
            if (!kinds.containsKey(span)) {
                String suffix = kinds.isEmpty() ? "" : "." + kinds.size();
                graph.at("mask" + suffix);
                GraphValue mask = mask(seen, length, span.window());
                graph.at("positions" + suffix);
                kinds.put(span, surroundings(shape, mask, span.rope(), positions));
            }
        }
        return kinds;
    }

    private Surroundings surroundings(GraphValue shape, GraphValue mask, Rope rope, GraphValue positions) {
        GraphValue turns = ops().vector(RotaryAngles.of(rope, config.headWidth()));
        GraphValue half = config.parts().ropeAxes().isEmpty()
                ? ops().times(ops().unsqueeze(ops().cast(positions, Element.FLOAT), 2), turns)
                : byAxis(ops().cast(positions, Element.FLOAT), turns);
        GraphValue angles = ops().concat(2, half, half); // [B, n, d]
        GraphValue cos = ops().unsqueeze(layers.narrow(ops().each("Cos", angles)), 1);
        GraphValue sin = ops().unsqueeze(layers.narrow(ops().each("Sin", angles)), 1);
        return new Surroundings(shape, mask, cos, sin);
    }

    /** Angles [B, n, d/2] of positions [3, B, n], each frequency by the axis that it goes by. */
    private GraphValue byAxis(GraphValue positions, GraphValue turns) {
        List<Integer> chosen = config.parts().ropeAxes();
        float[] own = new float[AXES * chosen.size()];
        for (int i = 0; i < chosen.size(); i++) {
            own[chosen.get(i) * chosen.size() + i] = 1;
        }
        GraphValue axes = ops().reshape(ops().vector(own), AXES, 1, 1, chosen.size());
        return ops().sum(ops().times(ops().unsqueeze(positions, 3), ops().times(axes, turns)), 0);
    }

    /**
     * What is added to scores, [B, 1, 1, n, m]: no row sees one after it, nor one that the attention mask hides, nor one
     * that came as many rows before as a window is wide.
     */
    private GraphValue mask(GraphValue seen, GraphValue length, int window) {
        GraphValue total = ops().sizes(seen, 1, 2);
        GraphValue places = ops().range(ops().vector(0L), total); // [m]
        GraphValue own = ops().range(ops().add(total, ops().times(length, ops().vector(-1L))), total); // [n]
        GraphValue later = ops().less(ops().unsqueeze(own, 1), ops().unsqueeze(places, 0)); // [n, m]
        if (window > 0) {
            GraphValue near = ops().add(own, ops().vector(1L - window));
            later = ops().or(later, ops().less(ops().unsqueeze(places, 0), ops().unsqueeze(near, 1)));
        }
        GraphValue absent = ops().unsqueeze(ops().equal(seen, ops().vector(0L)), 1); // [B, 1, m]
        return ops().unsqueeze(layers.masked(ops().or(absent, later)), 1, 2);
    }

    /** A block over rows [B·n, width], of those around it which are for its kind of layer. */
    GraphValue block(int index, GraphValue x, Map<AttentionSpan, Surroundings> around) {
        return block(names.block(index), index, x, at(around, index));
    }

    private GraphValue block(String path, int index, GraphValue x, Surroundings around) {
        GraphValue seen = attention(path + "self_attn.", index, normed(index, Norm.BEFORE_ATTENTION, x), around);
        GraphValue h = ops().add(normed(index, Norm.AFTER_ATTENTION, seen), x);
        GraphValue inner = normed(index, Norm.BEFORE_FEED_FORWARD, h);
        GraphValue gate = layers.activation(
                layers.linear(path + "mlp.gate_proj", inner), config.parts().activation());
        GraphValue open = ops().times(gate, layers.linear(path + "mlp.up_proj", inner));
        GraphValue fed = layers.linear(path + "mlp.down_proj", open);
        return ops().add(normed(index, Norm.AFTER_FEED_FORWARD, fed), h);
    }

    /** x through a norm, where the family has it. */
    private GraphValue normed(int layer, Norm norm, GraphValue x) {
        String name = names.norm(layer, norm, config);
        return name == null ? x : normed(name, x);
    }

    private GraphValue attention(String path, int index, GraphValue x, Surroundings around) {
        GraphValue queries = heads(layers.linear(path + "q_proj", x), config.heads(), around);
        GraphValue q = scaled(turned(normed(index, Norm.QUERIES, queries), around));
        GraphValue fresh = heads(layers.linear(path + "k_proj", x), config.keyValueHeads(), around);
        GraphValue k = turned(normed(index, Norm.KEYS, fresh), around);
        GraphValue v = heads(layers.linear(path + "v_proj", x), config.keyValueHeads(), around);
        GraphValue keys = memory.with(index, "key", k);
        GraphValue values = memory.with(index, "value", v);
        // Query heads that share a key and value head stand together: [B, kv, group, n, d] against [B, kv, 1, d, m].
        int group = config.heads() / config.keyValueHeads();
        GraphValue shape = ops().concat(
                        0,
                        ops().slice(around.shape(), 0, 0, 1),
                        ops().vector(config.keyValueHeads(), group, -1, config.headWidth()));
        GraphValue grouped = ops().reshape(
                        q,
                        shape,
                        BATCH,
                        Axis.of(config.keyValueHeads()),
                        Axis.of(group),
                        SEQUENCE,
                        Axis.of(config.headWidth()));
        GraphValue seen = layers.attend(
                grouped,
                ops().unsqueeze(ops().transpose(keys, 0, 1, 3, 2), 2),
                ops().unsqueeze(values, 2),
                around.mask(),
                false);
        long width = (long) config.heads() * config.headWidth();
        return layers.linear(path + "o_proj", ops().reshape(ops().transpose(seen, 0, 3, 1, 2, 4), -1, width));
    }

    /** Queries for scores that are divided by √d, whatever the family divides them by. */
    private GraphValue scaled(GraphValue q) {
        double scale = config.parts().scoreScale();
        return scale == 0 ? q : ops().times(q, scale * Math.sqrt(config.headWidth()));
    }

    /** [B·n, heads·d] to [B, heads, n, d]. */
    private GraphValue heads(GraphValue rows, int heads, Surroundings around) {
        GraphValue shape = ops().concat(0, around.shape(), ops().vector(heads, config.headWidth()));
        GraphValue split = ops().reshape(rows, shape, BATCH, SEQUENCE, Axis.of(heads), Axis.of(config.headWidth()));
        return ops().transpose(split, 0, 2, 1, 3);
    }

    /** Turns pairs (i, i + d/2) by the angles of their positions. */
    private GraphValue turned(GraphValue x, Surroundings around) {
        long half = config.headWidth() / 2;
        GraphValue back = ops().times(ops().slice(x, 3, half, 2 * half), -1);
        GraphValue crossed = ops().concat(3, back, ops().slice(x, 3, 0, half));
        return ops().add(ops().times(x, around.cos()), ops().times(crossed, around.sin()));
    }

    private Operators ops() {
        return layers.ops();
    }
}
