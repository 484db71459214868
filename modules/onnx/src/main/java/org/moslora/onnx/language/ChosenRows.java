package org.moslora.onnx.language;

import org.moslora.llama.LanguageModelConfig;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;

/** Keys or values of some conversations out of those of several: what a search does that lets some die and others branch. */
public final class ChosenRows {
    private ChosenRows() {}

    /** The graph: {@code all} [B, heads, m, d] and {@code from} [k] in, {@code chosen} [k, heads, m, d] out. */
    public static Graph of(LanguageModelConfig config) {
        Graph graph = new Graph("chosen_rows");
        Axis heads = Axis.of(config.keyValueHeads());
        Axis places = Axis.free("past_sequence_length");
        Axis width = Axis.of(config.headWidth());
        Axis chosen = Axis.free("chosen_size");
        GraphValue all = graph.input("all", Element.FLOAT, Axis.free("batch_size"), heads, places, width);
        GraphValue from = graph.input("from", Element.LONG, chosen);
        graph.output("chosen", new Operators(graph).gather(all, from), chosen, heads, places, width);
        return graph;
    }
}
