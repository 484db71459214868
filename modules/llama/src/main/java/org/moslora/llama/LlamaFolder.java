package org.moslora.llama;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.Binding;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.Expectation;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.keys.LlamaKeys;
import org.moslora.tensors.quantised.BitsAndBytes;

/**
 * A text model's folder whose config and weights were checked against each other; nothing is loaded yet.
 *
 * @param path the folder
 * @param text what {@code config.json} says
 * @param weights the tensors under canonical names, mapped on demand
 */
public record LlamaFolder(Path path, LanguageModelConfig text, WeightSource weights) implements BackboneFolder {
    /**
     * Reads config and headers, and binds every tensor.
     *
     * @throws InvalidInput naming everything missing, unexpected and misshapen at once
     */
    public static LlamaFolder open(Path path) {
        LanguageModelConfig config = config(path);
        WeightSource files = BitsAndBytes.over(ModelFolder.open(path));
        try {
            Set<String> optional = config.tied() ? Set.of(LlamaNames.HEAD) : Set.of();
            Expectation expected =
                    new Expectation("config.json", LlamaNames.alone().expected(config), optional);
            return new LlamaFolder(path, config, Binding.bind(files, new LlamaKeys(), expected));
        } catch (InvalidInput misfit) {
            files.close();
            throw misfit;
        }
    }

    /**
     * Reads {@code config.json} alone.
     *
     * @throws InvalidInput when it is absent, broken, or describes something that this program cannot run
     */
    public static LanguageModelConfig config(Path path) {
        Problems problems = new Problems();
        ConfigSection section = ConfigSection.ofFolder(path, problems);
        String type = section.text("model_type", "");
        if (!LanguageModelConfigReader.FAMILIES.contains(type)) {
            section.problem(
                    "model_type is \"%s\"; text instruction tuning works on %s folders%s",
                    type,
                    String.join(", ", LanguageModelConfigReader.FAMILIES),
                    type.equals("llava") || section.has("vision_config")
                            ? "; visual-instruction-tuning works on this one, rows without pictures too"
                            : "");
            problems.throwIfAny();
        }
        LanguageModelConfig config = LanguageModelConfigReader.read(section, false);
        problems.throwIfAny();
        return config;
    }

    @Override
    public String family() {
        return text.family();
    }

    @Override
    public KeyMap keys() {
        return new LlamaKeys();
    }

    @Override
    public SortedMap<String, List<Long>> expected() {
        return LlamaNames.alone().expected(text);
    }

    @Override
    public List<String> linears() {
        return LlamaNames.alone().linears(text);
    }

    @Override
    public String table() {
        return LlamaNames.alone().table();
    }

    @Override
    public List<String> decoderLinears() {
        return LlamaNames.alone().linears(text);
    }

    @Override
    public LlamaFolder with(WeightSource other) {
        return new LlamaFolder(path, text, other);
    }

    @Override
    public Llama build(Linears linears, Compute compute) {
        return new Llama(this, linears, compute);
    }

    @Override
    public void close() {
        weights.close();
    }
}
