package org.moslora.onnx.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.moslora.diffusion.text.TextConfig;
import org.moslora.diffusion.text.TextNames;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.ClipBlock;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.onnx.graph.Value;
import org.moslora.tensors.WeightSource;

/** A text encoder as a graph: the last states, the pooled text and the states after every block. */
public final class TextEncoderGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis SEQUENCE = Axis.free("sequence_length");

    private final TextConfig config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private TextEncoderGraph(TextConfig config, Graph graph, Predicate<String> adaptable) {
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
            String name, TextConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph(name, weights, stored);
        new TextEncoderGraph(config, graph, adaptable).build();
        return graph;
    }

    private void build() {
        Value ids = graph.input("input_ids", Element.LONG, BATCH, SEQUENCE);
        Value batch = ops.sizes(ids, 0, 1);
        Value length = ops.sizes(ids, 1, 2);
        Value words = ops.gather(layers.weight(TextNames.TOKENS), ids); // [B, n, hidden]
        Value places = ops.first(layers.weight(TextNames.POSITIONS), 0, length);
        Value x = ops.reshape(ops.add(words, places), -1, config.hidden());
        Value mask = layers.causal(length);
        ClipBlock block = new ClipBlock(config.heads(), config.epsilon(), config.activation());
        List<Value> states = new ArrayList<>(List.of(x));
        for (int i = 0; i < config.layers(); i++) {
            graph.at("layers." + i);
            x = block.of(layers, TextNames.block(i), x, batch, mask);
            states.add(x);
        }
        graph.at("final");
        Value last = layers.layerNorm(TextNames.FINAL_NORM, x, config.epsilon());
        Value pooled = ops.gather(last, ends(ids, batch, length));
        if (config.projection() > 0) {
            Value projected = layers.linear(projection(), pooled);
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
        return TextNames.PROJECTION.substring(0, TextNames.PROJECTION.length() - ".weight".length());
    }

    /** Row of each text's end: that of the first end token, or of the highest id. */
    private Value ends(Value ids, Value batch, Value length) {
        Value wanted = config.endToken() == TextConfig.HIGHEST
                ? ids
                : ops.cast(ops.equal(ids, ops.vector((long) config.endToken())), Element.LONG);
        Value starts = ops.times(ops.range(ops.vector(0L), batch), length);
        return ops.add(starts, ops.argMax(wanted));
    }

    private void told(String output, Value rows, Value ids) {
        Value shape = ops.concat(0, ops.sizes(ids, 0, 2), ops.vector((long) config.hidden()));
        Value states = ops.reshape(rows, shape, BATCH, SEQUENCE, Axis.of(config.hidden()));
        graph.output(output, states, BATCH, SEQUENCE, Axis.of(config.hidden()));
    }
}
