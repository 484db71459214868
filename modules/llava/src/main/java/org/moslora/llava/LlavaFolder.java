package org.moslora.llava;

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
import org.moslora.tensors.keys.LlavaKeys;
import org.moslora.tensors.quantised.BitsAndBytes;

/**
 * A LLaVA model folder whose config and weights were checked against each other; nothing is loaded yet.
 *
 * @param path the folder
 * @param config what {@code config.json} says
 * @param weights the tensors under canonical names, mapped on demand
 */
public record LlavaFolder(Path path, LlavaConfig config, WeightSource weights) implements BackboneFolder {
    /**
     * Reads config and headers, and binds every tensor.
     *
     * @throws InvalidInput naming everything missing, unexpected and misshapen at once
     */
    public static LlavaFolder open(Path path) {
        LlavaConfig config = ConfigReader.read(path);
        WeightSource files = BitsAndBytes.over(ModelFolder.open(path));
        try {
            Set<String> optional = config.text().tied() ? Set.of(LlamaNames.HEAD) : Set.of();
            Expectation expected = new Expectation("config.json", LlavaNames.expected(config), optional);
            return new LlavaFolder(path, config, Binding.bind(files, LlavaKeys.llava(), expected));
        } catch (InvalidInput misfit) {
            files.close();
            throw misfit;
        }
    }

    /** Reads {@code config.json} alone. */
    public static LlavaConfig config(Path path) {
        return ConfigReader.read(path);
    }

    @Override
    public String family() {
        return "llava";
    }

    @Override
    public LanguageModelConfig text() {
        return config.text();
    }

    @Override
    public KeyMap keys() {
        return LlavaKeys.llava();
    }

    @Override
    public SortedMap<String, List<Long>> expected() {
        return LlavaNames.expected(config);
    }

    @Override
    public List<String> linears() {
        return LlavaNames.linears(config);
    }

    @Override
    public String table() {
        return LlavaNames.TEXT.table();
    }

    @Override
    public List<String> decoderLinears() {
        return LlavaNames.TEXT.linears(config.text());
    }

    @Override
    public LlavaFolder with(WeightSource other) {
        return new LlavaFolder(path, config, other);
    }

    @Override
    public Llava build(Linears linears, Compute compute) {
        return new Llava(this, linears, compute);
    }

    @Override
    public void close() {
        weights.close();
    }
}
