package org.moslora.llama;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.layers.Site;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;

/** A model folder whose config and weights were checked against each other; nothing is loaded yet. */
public interface BackboneFolder extends AutoCloseable {
    /** The folder. */
    Path path();

    /** What family of models it is of, by its {@code model_type}. */
    String family();

    /** The language model's shape. */
    LanguageModelConfig text();

    /** The tensors under canonical names, mapped on demand. */
    WeightSource weights();

    /** How the names in its files lead to canonical ones. */
    KeyMap keys();

    /** Every tensor that it holds, with its shape. */
    SortedMap<String, List<Long>> expected();

    /** Paths of all linears that the model makes. */
    List<String> linears();

    /** Path of the embedding table. */
    String table();

    /** What the names of its projector's tensors begin with; empty in a text model. */
    default String connector() {
        return "";
    }

    /** Paths of the linears of the language model's layers. */
    List<String> decoderLinears();

    /** The same folder over other tensors of the same names and shapes; whichever is used is closed. */
    BackboneFolder with(WeightSource other);

    /**
     * Builds the model over the weights, mapping them where it can.
     *
     * @param linears sees every linear layer as it is made
     */
    Backbone build(Linears linears, Compute compute);

    /** The linears and the embedding table that an adapter may sit on, by path. */
    default Map<String, Site> sites() {
        Map<String, List<Long>> shapes = expected();
        Map<String, Site> sites = new HashMap<>();
        for (String path : linears()) {
            List<Long> shape = shapes.getOrDefault(path + ".weight", List.of());
            sites.put(path, new Site(path, shape.get(1), shape.get(0), shapes.containsKey(path + ".bias")));
        }
        List<Long> embeddings = shapes.getOrDefault(table() + ".weight", List.of());
        sites.put(table(), Site.embedding(table(), embeddings.get(0), embeddings.get(1)));
        return sites;
    }

    @Override
    void close();
}
