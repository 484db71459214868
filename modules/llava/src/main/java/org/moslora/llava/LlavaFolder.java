package org.moslora.llava;

import java.nio.file.Path;
import java.util.Set;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Binding;
import org.moslora.tensors.Expectation;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.LlavaKeys;

/**
 * A LLaVA model folder whose config and weights were checked against each other; nothing is loaded yet.
 *
 * @param path the folder
 * @param config what {@code config.json} says
 * @param weights the tensors under canonical names, mapped on demand
 */
public record LlavaFolder(Path path, LlavaConfig config, WeightSource weights) implements AutoCloseable {
    /**
     * Reads config and headers, and binds every tensor.
     *
     * @throws InvalidInput naming everything missing, unexpected and misshapen at once
     */
    public static LlavaFolder open(Path path) {
        LlavaConfig config = ConfigReader.read(path);
        WeightSource files = ModelFolder.open(path);
        try {
            Set<String> optional = config.text().tied() ? Set.of(LlavaNames.HEAD) : Set.of();
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
    public void close() {
        weights.close();
    }
}
