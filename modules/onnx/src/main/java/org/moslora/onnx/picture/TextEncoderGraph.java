package org.moslora.onnx.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.ClipBlock;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/** A text encoder as a graph: the last states, the pooled text and the states after every block. */
public final class TextEncoderGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis SEQUENCE = Axis.free("sequence_length");

    private final ClipTextConfig config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private TextEncoderGraph(ClipTextConfig config, Graph graph, Predicate<String> adaptable) {
        this.config = config;
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), adaptable);
        this.ops = layers.ops();
    }

    /**
     * The graph over an encoder's weights.
     *
     * @param name {@code text_encoder} or {@code text_encoder_2}
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     */
    public static Graph of(
            String name, ClipTextConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph(name, weights, stored);
        new TextEncoderGraph(config, graph, adaptable).build();
        return graph;
    }

    private void build() {
        GraphValue ids = graph.input("input_ids", Element.LONG, BATCH, SEQUENCE);
        GraphValue batch = ops.sizes(ids, 0, 1);
        GraphValue length = ops.sizes(ids, 1, 2);
        GraphValue words = ops.gather(layers.weight(ClipTextNames.TOKENS), ids); // [B, n, hidden]
        GraphValue places = ops.first(layers.weight(ClipTextNames.POSITIONS), 0, length);
        GraphValue x = ops.reshape(ops.add(words, places), -1, config.hidden());
        GraphValue mask = layers.causal(length);
        ClipBlock block = new ClipBlock(config.heads(), config.epsilon(), config.activation());
        List<GraphValue> states = new ArrayList<>(List.of(x));
        for (int i = 0; i < config.layers(); i++) {
            graph.at("layers." + i);
            x = block.of(layers, ClipTextNames.block(i), x, batch, mask);
            states.add(x);
        }
        graph.at("final");
        GraphValue last = layers.layerNorm(ClipTextNames.FINAL_NORM, x, config.epsilon());
        GraphValue pooled = ops.gather(last, ends(ids, batch, length));
        if (config.projection() > 0) {
            GraphValue projected = layers.linear(projection(), pooled);
            graph.output("text_embeds", projected, BATCH, Axis.of(config.projection()));
        }
        told("last_hidden_state", last, ids);
        if (config.projection() == 0) {
            graph.output("pooler_output", pooled, BATCH, Axis.of(config.hidden()));
        }
        for (int i = 0; i < states.size(); i++) {
            told("hidden_states." + i, states.get(i), ids);
        }
    }

    private static String projection() {
        return ClipTextNames.PROJECTION.substring(0, ClipTextNames.PROJECTION.length() - ".weight".length());
    }

    /** Row of each text's end: that of the first end token, or of the highest id. */
    private GraphValue ends(GraphValue ids, GraphValue batch, GraphValue length) {
        GraphValue wanted = config.endToken() == ClipTextConfig.HIGHEST
                ? ids
                : ops.cast(ops.equal(ids, ops.vector((long) config.endToken())), Element.LONG);
        GraphValue starts = ops.times(ops.range(ops.vector(0L), batch), length);
        return ops.add(starts, ops.argMax(wanted));
    }

    private void told(String output, GraphValue rows, GraphValue ids) {
        GraphValue shape = ops.concat(0, ops.sizes(ids, 0, 2), ops.vector((long) config.hidden()));
        GraphValue states = ops.reshape(rows, shape, BATCH, SEQUENCE, Axis.of(config.hidden()));
        graph.output(output, states, BATCH, SEQUENCE, Axis.of(config.hidden()));
    }
}
