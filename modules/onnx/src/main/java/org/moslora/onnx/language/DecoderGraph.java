package org.moslora.onnx.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.moslora.llama.AttentionSpan;
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
    private final DecoderLayers blocks;
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
        this.blocks = new DecoderLayers(config, names, layers, this::continued);
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

    private void build(boolean ids) {
        GraphValue x = ids
                ? EmbeddingGraph.of(
                        config,
                        ops,
                        layers.weight(names.embedding()),
                        graph.input("input_ids", Element.LONG, BATCH, SEQUENCE))
                : layers.narrow(graph.input("inputs_embeds", Element.FLOAT, BATCH, SEQUENCE, Axis.of(given(config))));
        GraphValue shape = ops.sizes(x, 0, 2); // (B, n)
        GraphValue seen = graph.input("attention_mask", Element.LONG, BATCH, TOTAL);
        GraphValue positions = config.parts().ropeAxes().isEmpty()
                ? graph.input("position_ids", Element.LONG, BATCH, SEQUENCE)
                : graph.input("position_ids", Element.LONG, Axis.of(DecoderLayers.AXES), BATCH, SEQUENCE);
        Map<AttentionSpan, DecoderLayers.Surroundings> around =
                blocks.surroundings(graph, shape, seen, ops.slice(shape, 0, 1, 2), positions);
        GraphValue rows = part(x, 0);
        for (int i = 0; i < config.layers(); i++) {
            graph.at("layers." + i);
            rows = blocks.block(i, rows, around);
            if (!ids && i < config.parts().additions()) {
                rows = ops.add(rows, part(x, i + 1));
            }
        }
        graph.at("head");
        GraphValue normed = blocks.normed(names.finalNorm(), rows);
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

    /**
     * Width of what comes in for a token: its embedding and, behind it, what is added after each of the first layers, which
     * is nothing but where a picture is.
     */
    public static long given(LanguageModelConfig config) {
        return (long) config.hidden() * (1 + config.parts().additions());
    }

    /** The embeddings, or what is added after a layer, as rows. */
    private GraphValue part(GraphValue x, int number) {
        long hidden = config.hidden();
        GraphValue own = x.size(2) == hidden ? x : ops.slice(x, 2, number * hidden, (number + 1) * hidden);
        return ops.reshape(own, -1, hidden);
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
