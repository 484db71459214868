package org.moslora.multimodal;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.llama.BackboneFolder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LlamaNames;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Binding;
import org.moslora.tensors.Expectation;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.quantised.BitsAndBytes;

/**
 * A vision-language model's folder whose config and weights were checked against each other; nothing is loaded yet.
 *
 * @param path the folder
 * @param config what {@code config.json} says
 * @param weights the tensors under canonical names, mapped on demand
 * @param <C> of one family, or of any
 */
public record MultimodalFolder<C extends MultimodalConfig>(Path path, C config, WeightSource weights)
        implements BackboneFolder {
    /**
     * Reads headers and binds every tensor.
     *
     * @throws InvalidInput naming everything missing, unexpected and misshapen at once
     */
    public static <C extends MultimodalConfig> MultimodalFolder<C> open(Path path, C config) {
        WeightSource files = BitsAndBytes.over(ModelFolder.open(path));
        try {
            Set<String> optional = config.text().tied() ? Set.of(LlamaNames.HEAD) : Set.of();
            Expectation expected = new Expectation("config.json", config.expected(), optional);
            return new MultimodalFolder<>(path, config, Binding.bind(files, config.keys(), expected));
        } catch (InvalidInput misfit) {
            files.close();
            throw misfit;
        }
    }

    @Override
    public String family() {
        return config.family();
    }

    @Override
    public LanguageModelConfig text() {
        return config.text();
    }

    @Override
    public KeyMap keys() {
        return config.keys();
    }

    @Override
    public SortedMap<String, List<Long>> expected() {
        return config.expected();
    }

    @Override
    public List<String> linears() {
        return config.linears();
    }

    @Override
    public String table() {
        return config.names().table();
    }

    @Override
    public List<String> decoderLinears() {
        return config.names().linears(config.text());
    }

    @Override
    public String connector() {
        return config.connectorPath();
    }

    @Override
    public MultimodalFolder<C> with(WeightSource other) {
        return new MultimodalFolder<>(path, config, other);
    }

    @Override
    public MultimodalModel build(Linears linears, Compute compute) {
        return new MultimodalModel(this, linears, compute);
    }

    @Override
    public void close() {
        weights.close();
    }
}
