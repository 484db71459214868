package org.moslora.onnx.picture;

import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.t5.T5Names;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/** T5's encoder (Raffel et al. 2020, arXiv:1910.10683) as a graph. Nothing is masked, padding being attended to. */
public final class DeepTextGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis SEQUENCE = Axis.free("sequence_length");

    private final T5Config config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private DeepTextGraph(T5Config config, Graph graph) {
        this.config = config;
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), path -> false);
        this.ops = layers.ops();
    }

    /**
     * The graph over an encoder's weights.
     *
     * @param name of its component
     * @param stored format of the weights and of what is computed
     */
    public static Graph of(String name, T5Config config, WeightSource weights, Element stored) {
        Graph graph = new Graph(name, weights, stored);
        new DeepTextGraph(config, graph).build();
        return graph;
    }

    private void build() {
        GraphValue ids = graph.input("input_ids", Element.LONG, BATCH, SEQUENCE);
        GraphValue batch = ops.sizes(ids, 0, 1);
        GraphValue x = ops.reshape(ops.gather(layers.weight(T5Names.TOKENS), ids), -1, config.hidden());
        graph.at("positions");
        GraphValue bias = positions(ops.sizes(ids, 1, 2));
        for (int i = 0; i < config.layers(); i++) {
            graph.at("block." + i);
            x = ops.add(x, attention(T5Names.attention(i), x, batch, bias));
            x = ops.add(x, forward(T5Names.forward(i), x));
        }
        graph.at("final");
        GraphValue shape = ops.concat(0, ops.sizes(ids, 0, 2), ops.vector((long) config.hidden()));
        GraphValue last = layers.rms(T5Names.FINAL_NORM, x, config.epsilon());
        Axis width = Axis.of(config.hidden());
        graph.output("last_hidden_state", ops.reshape(last, shape, BATCH, SEQUENCE, width), BATCH, SEQUENCE, width);
    }

    /** What is added to scores: [heads, n, n], by how far a key is from its query. */
    private GraphValue positions(GraphValue length) {
        GraphValue places = ops.range(ops.vector(0), length);
        GraphValue distance = ops.add(ops.unsqueeze(places, 0), ops.times(ops.unsqueeze(places, 1), -1));
        GraphValue index = ops.add(ops.clipped(distance, -config.distance(), config.distance()), config.distance());
        GraphValue bucket = ops.gather(ops.vector(config.bucketsByDistance()), index); // [n, n]
        return ops.transpose(ops.gather(layers.wide(layers.weight(T5Names.POSITIONS)), bucket), 2, 0, 1);
    }

    private GraphValue attention(String path, GraphValue x, GraphValue batch, GraphValue bias) {
        GraphValue normed = layers.rms(path + "layer_norm.weight", x, config.epsilon());
        GraphValue q = layers.byHead(layers.linear(path + "SelfAttention.q", normed), batch, config.heads());
        GraphValue k = layers.byHeadTurned(layers.linear(path + "SelfAttention.k", normed), batch, config.heads());
        GraphValue v = layers.byHead(layers.linear(path + "SelfAttention.v", normed), batch, config.heads());
        // Scores are not scaled here.
        GraphValue large = ops.times(q, Math.sqrt(config.headWidth()));
        GraphValue seen = layers.fromHeads(layers.attend(large, k, v, bias, false));
        return layers.linear(path + "SelfAttention.o", seen);
    }

    private GraphValue forward(String path, GraphValue x) {
        GraphValue normed = layers.rms(path + "layer_norm.weight", x, config.epsilon());
        GraphValue gate = layers.activation(layers.linear(path + "DenseReluDense.wi_0", normed), T5Config.ACTIVATION);
        GraphValue inner = ops.times(gate, layers.linear(path + "DenseReluDense.wi_1", normed));
        return layers.linear(path + "DenseReluDense.wo", inner);
    }
}
