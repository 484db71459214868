package org.moslora.onnx.language;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LlamaNames;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/**
 * A language model of the LLaMA family (Touvron et al. 2023, arXiv:2302.13971) as a graph: one more stretch of every
 * conversation in, its logits out; keys and values of what came before in, those and the new ones out.
 */
public final class DecoderGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis SEQUENCE = Axis.free("sequence_length");
    private static final Axis PAST = Axis.free("past_sequence_length");
    private static final Axis TOTAL = Axis.free("past_sequence_length + sequence_length");

    private final LanguageModelConfig config;
    private final LlamaNames names;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;
    private final List<GraphValue> present = new ArrayList<>();

    private DecoderGraph(LanguageModelConfig config, LlamaNames names, Graph graph, Predicate<String> adaptable) {
        this.config = config;
        this.names = names;
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), adaptable);
        this.ops = layers.ops();
    }

    /**
     * The graph over a model's weights.
     *
     * @param names of its tensors
     * @param ids whether token ids come in, as for a text model, and not embeddings
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     */
    public static Graph of(
            LanguageModelConfig config,
            LlamaNames names,
            WeightSource weights,
            boolean ids,
            Element stored,
            Predicate<String> adaptable) {
        Graph graph = new Graph(ids ? "model" : "decoder_model_merged", weights, stored);
        new DecoderGraph(config, names, graph, adaptable).build(ids);
        return graph;
    }

    /** What is the same for every block. */
    private record Surroundings(GraphValue shape, GraphValue mask, GraphValue cos, GraphValue sin) {}

    private void build(boolean ids) {
        GraphValue x = ids
                ? ops.gather(layers.weight(names.embedding()), graph.input("input_ids", Element.LONG, BATCH, SEQUENCE))
                : layers.narrow(graph.input("inputs_embeds", Element.FLOAT, BATCH, SEQUENCE, Axis.of(config.hidden())));
        GraphValue shape = ops.sizes(x, 0, 2); // (B, n)
        GraphValue seen = graph.input("attention_mask", Element.LONG, BATCH, TOTAL);
        GraphValue positions = graph.input("position_ids", Element.LONG, BATCH, SEQUENCE);
        Surroundings around = surroundings(shape, mask(seen, ops.slice(shape, 0, 1, 2)), positions);
        GraphValue rows = ops.reshape(x, -1, config.hidden());
        for (int i = 0; i < config.layers(); i++) {
            graph.at("layers." + i);
            rows = block(names.block(i), i, rows, around);
        }
        graph.at("head");
        GraphValue normed = layers.rms(names.finalNorm(), rows, config.epsilon());
        GraphValue head = layers.weight(config.tied() ? names.embedding() : LlamaNames.HEAD);
        GraphValue logits = ops.reshape(
                layers.product(normed, head, null),
                ops.concat(0, shape, ops.vector((long) config.vocabulary())),
                BATCH,
                SEQUENCE,
                Axis.of(config.vocabulary()));
        graph.output("logits", logits, BATCH, SEQUENCE, Axis.of(config.vocabulary()));
        for (int i = 0; i < present.size(); i++) {
            graph.output("present." + cached(i), present.get(i), cacheAxes(TOTAL));
        }
    }

    private Surroundings surroundings(GraphValue shape, GraphValue mask, GraphValue positions) {
        graph.at("positions");
        GraphValue turns = ops.vector(RotaryAngles.of(config.rope(), config.headWidth()));
        GraphValue half = ops.times(ops.unsqueeze(ops.cast(positions, Element.FLOAT), 2), turns);
        GraphValue angles = ops.concat(2, half, half); // [B, n, d]
        GraphValue cos = ops.unsqueeze(layers.narrow(ops.each("Cos", angles)), 1);
        GraphValue sin = ops.unsqueeze(layers.narrow(ops.each("Sin", angles)), 1);
        return new Surroundings(shape, mask, cos, sin);
    }

    /** What is added to scores, [B, 1, 1, n, m]: no row sees one after it, nor one that the attention mask hides. */
    private GraphValue mask(GraphValue seen, GraphValue length) {
        graph.at("mask");
        GraphValue total = ops.sizes(seen, 1, 2);
        GraphValue places = ops.range(ops.vector(0L), total); // [m]
        GraphValue own = ops.range(ops.add(total, ops.times(length, ops.vector(-1L))), total); // [n]
        GraphValue later = ops.less(ops.unsqueeze(own, 1), ops.unsqueeze(places, 0)); // [n, m]
        GraphValue absent = ops.unsqueeze(ops.equal(seen, ops.vector(0L)), 1); // [B, 1, m]
        return ops.unsqueeze(layers.masked(ops.or(absent, later)), 1, 2);
    }

    private GraphValue block(String path, int index, GraphValue x, Surroundings around) {
        GraphValue normed = layers.rms(path + "input_layernorm.weight", x, config.epsilon());
        GraphValue h = ops.add(attention(path + "self_attn.", index, normed, around), x);
        GraphValue inner = layers.rms(path + "post_attention_layernorm.weight", h, config.epsilon());
        GraphValue gate = layers.silu(layers.linear(path + "mlp.gate_proj", inner));
        GraphValue open = ops.times(gate, layers.linear(path + "mlp.up_proj", inner));
        return ops.add(layers.linear(path + "mlp.down_proj", open), h);
    }

    private GraphValue attention(String path, int index, GraphValue x, Surroundings around) {
        GraphValue q = turned(heads(layers.linear(path + "q_proj", x), config.heads(), around), around);
        GraphValue k = turned(heads(layers.linear(path + "k_proj", x), config.keyValueHeads(), around), around);
        GraphValue v = heads(layers.linear(path + "v_proj", x), config.keyValueHeads(), around);
        GraphValue keys = continued(index, "key", k);
        GraphValue values = continued(index, "value", v);
        // Query heads that share a key and value head stand together: [B, kv, group, n, d] against [B, kv, 1, d, m].
        int group = config.heads() / config.keyValueHeads();
        GraphValue shape = ops.concat(
                0,
                ops.slice(around.shape(), 0, 0, 1),
                ops.vector(config.keyValueHeads(), group, -1, config.headWidth()));
        GraphValue grouped = ops.reshape(
                q,
                shape,
                BATCH,
                Axis.of(config.keyValueHeads()),
                Axis.of(group),
                SEQUENCE,
                Axis.of(config.headWidth()));
        GraphValue seen = layers.attend(
                grouped,
                ops.unsqueeze(ops.transpose(keys, 0, 1, 3, 2), 2),
                ops.unsqueeze(values, 2),
                around.mask(),
                false);
        long width = (long) config.heads() * config.headWidth();
        return layers.linear(path + "o_proj", ops.reshape(ops.transpose(seen, 0, 3, 1, 2, 4), -1, width));
    }

    /** [B·n, heads·d] to [B, heads, n, d]. */
    private GraphValue heads(GraphValue rows, int heads, Surroundings around) {
        GraphValue shape = ops.concat(0, around.shape(), ops.vector(heads, config.headWidth()));
        GraphValue split = ops.reshape(rows, shape, BATCH, SEQUENCE, Axis.of(heads), Axis.of(config.headWidth()));
        return ops.transpose(split, 0, 2, 1, 3);
    }

    /** Turns pairs (i, i + d/2) by the angles of their positions. */
    private GraphValue turned(GraphValue x, Surroundings around) {
        long half = config.headWidth() / 2;
        GraphValue back = ops.times(ops.slice(x, 3, half, 2 * half), -1);
        GraphValue crossed = ops.concat(3, back, ops.slice(x, 3, 0, half));
        return ops.add(ops.times(x, around.cos()), ops.times(crossed, around.sin()));
    }

    /** What the cache holds and what is new, which is also what the cache is to hold. */
    private GraphValue continued(int index, String kind, GraphValue fresh) {
        GraphValue past = graph.input("past_key_values." + index + "." + kind, Element.FLOAT, cacheAxes(PAST));
        GraphValue all = ops.concat(2, layers.narrow(past), fresh);
        present.add(all);
        return all;
    }

    private static String cached(int index) {
        return index / 2 + (index % 2 == 0 ? ".key" : ".value");
    }

    private Axis[] cacheAxes(Axis length) {
        return new Axis[] {BATCH, Axis.of(config.keyValueHeads()), length, Axis.of(config.headWidth())};
    }
}
