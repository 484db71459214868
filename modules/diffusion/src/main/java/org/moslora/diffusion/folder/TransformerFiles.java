package org.moslora.diffusion.folder;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.tensors.WeightSource;

/**
 * The folder of a generator whose denoiser is a transformer.
 *
 * @param weights every component's tensors under the names that its model knows
 */
public record TransformerFiles(
        Path path, GeneratorFamily family, AutoencoderConfig autoencoder, Map<Component, WeightSource> weights)
        implements ImageModelFiles {
    @Override
    public String spelling() {
        return family.spelling();
    }

    @Override
    public String description() {
        return family.description();
    }

    @Override
    public Component denoiser() {
        return Component.TRANSFORMER;
    }

    @Override
    public void replaceDenoiser(UnaryOperator<WeightSource> other) {
        weights.computeIfPresent(Component.TRANSFORMER, (component, source) -> other.apply(source));
    }
}
