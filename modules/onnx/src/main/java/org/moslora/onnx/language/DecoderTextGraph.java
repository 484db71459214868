package org.moslora.onnx.language;

import java.util.List;
import java.util.Map;
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
 * A language model as what reads the text of pictures: {@code input_ids} and {@code attention_mask} [B, n] in, {@code
 * hidden_states.N} [B, n, width] out, the states behind block N, numbered as transformers numbers them: no norm behind the
 * last, no head, and no block behind those that are read. Texts are filled up on the right.
 */
public final class DecoderTextGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis SEQUENCE = Axis.free("sequence_length");

    private DecoderTextGraph() {}

    /**
     * The graph over a model's weights.
     *
     * @param name of its component
     * @param after of how many blocks, each, the states are read, in rising order
     * @param stored format of the weights and of what is computed
     */
    public static Graph of(
            String name, LanguageModelConfig config, List<Integer> after, WeightSource weights, Element stored) {
        Graph graph = new Graph(name, weights, stored);
        LlamaNames names = LlamaNames.alone();
        Layers layers = new Layers(graph, stored, path -> false);
        Operators ops = layers.ops();
        DecoderLayers blocks = new DecoderLayers(config, names, layers, (layer, kind, fresh) -> fresh);
        GraphValue ids = graph.input("input_ids", Element.LONG, BATCH, SEQUENCE);
        GraphValue seen = graph.input("attention_mask", Element.LONG, BATCH, SEQUENCE);
        GraphValue x = EmbeddingGraph.of(config, ops, layers.weight(names.embedding()), ids);
        GraphValue shape = ops.sizes(ids, 0, 2);
        GraphValue length = ops.slice(shape, 0, 1, 2);
        GraphValue positions = ops.unsqueeze(ops.range(ops.vector(0L), length), 0);
        Map<AttentionSpan, DecoderLayers.Surroundings> around =
                blocks.surroundings(graph, shape, seen, length, positions);
        GraphValue rows = ops.reshape(x, -1, config.hidden());
        for (int done = 0; !after.isEmpty() && done <= after.get(after.size() - 1); done++) {
            if (after.contains(done)) {
                told(graph, ops, "hidden_states." + done, rows, shape);
            }
            if (done < after.get(after.size() - 1)) {
                graph.at("layers." + done);
                rows = blocks.block(done, rows, around);
            }
        }
        return graph;
    }

    private static void told(Graph graph, Operators ops, String output, GraphValue rows, GraphValue shape) {
        Axis width = rows.axis(1);
        GraphValue whole = ops.concat(0, shape, ops.vector(width.size()));
        graph.output(output, ops.reshape(rows, whole, BATCH, SEQUENCE, width), BATCH, SEQUENCE, width);
    }
}
