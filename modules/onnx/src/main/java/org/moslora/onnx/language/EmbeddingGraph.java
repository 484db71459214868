package org.moslora.onnx.language;

import java.util.Arrays;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LlamaNames;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/**
 * The embedding table as a graph: token ids to embeddings, with room behind each for what pictures add after the decoder's
 * first layers, where it has that.
 */
public final class EmbeddingGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis SEQUENCE = Axis.free("sequence_length");

    private EmbeddingGraph() {}

    /** The graph over a model's weights. */
    public static Graph of(LanguageModelConfig config, LlamaNames names, WeightSource weights, Element stored) {
        Graph graph = new Graph("embed_tokens", weights, stored);
        GraphValue ids = graph.input("input_ids", Element.LONG, BATCH, SEQUENCE);
        Operators ops = new Operators(graph);
        GraphValue own = of(config, ops, graph.weight(names.embedding()), ids);
        GraphValue[] parts = new GraphValue[1 + config.parts().additions()];
        Arrays.fill(parts, parts.length == 1 ? own : ops.times(own, 0));
        parts[0] = own;
        GraphValue embeddings = parts.length == 1 ? own : ops.concat(2, parts);
        graph.output("inputs_embeds", embeddings, BATCH, SEQUENCE, Axis.of(DecoderGraph.given(config)));
        return graph;
    }

    /** Rows of the table for ids, as the first block reads them. */
    static GraphValue of(LanguageModelConfig config, Operators ops, GraphValue table, GraphValue ids) {
        GraphValue rows = ops.gather(table, ids);
        double scale = config.parts().embeddingScale();
        return scale == 1 ? rows : ops.times(rows, scale);
    }
}
