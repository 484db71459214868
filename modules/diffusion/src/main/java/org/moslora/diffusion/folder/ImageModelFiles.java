package org.moslora.diffusion.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.layers.Compute;
import org.moslora.tensors.WeightSource;

/**
 * An image generator on disk, of whatever family: a denoiser, what encodes its text, and an autoencoder. Configs and
 * tensors were checked, and nothing is loaded before a component is built. Models that were built stay usable after this
 * is closed.
 */
public interface ImageModelFiles extends AutoCloseable {
    /** The folder or file. */
    Path path();

    /** Whether it is one file, which holds neither a tokenizer nor a scheduler's config. */
    default boolean isSingleFile() {
        return Files.isRegularFile(path());
    }

    /** How adapter files write its family. */
    String spelling();

    /** What people are told of its family. */
    String description();

    /** The component that takes the noise off. */
    Component denoiser();

    /** Whether a component can have adapters; of text encoders only those beside a UNet can. */
    default boolean adapts(Component component) {
        return component == denoiser() || (component.isText() && denoiser() == Component.UNET);
    }

    /** The autoencoder's config. */
    AutoencoderConfig autoencoder();

    /** Every component's tensors under the names that its model knows; the component's prefix is not part of them. */
    Map<Component, WeightSource> weights();

    /** Puts other tensors of the same names and shapes in the place of the denoiser's, before it is built. */
    void replaceDenoiser(UnaryOperator<WeightSource> other);

    /** Names of the weights of the denoiser's linears; convolutions are none. */
    default List<String> denoiserLinears() {
        WeightSource source = weights(denoiser());
        return source.names().stream()
                .filter(name ->
                        name.endsWith(".weight") && source.info(name).shape().size() == 2)
                .toList();
    }

    /** The exact number of parameters of each component. */
    default Map<Component, Long> parameters() {
        Map<Component, Long> counts = new EnumMap<>(Component.class);
        weights().forEach((component, source) -> counts.put(component, source.elements()));
        return counts;
    }

    /** The tensors of a component that is there. */
    default WeightSource weights(Component component) {
        WeightSource source = weights().get(component);
        if (source == null) {
            throw new IllegalArgumentException(path() + " has no " + component.folder());
        }
        return source;
    }

    /** Builds the autoencoder. */
    default Autoencoder buildAutoencoder(Compute compute) {
        return new Autoencoder(autoencoder(), weights(Component.AUTOENCODER), compute);
    }

    @Override
    default void close() {
        weights().values().forEach(WeightSource::close);
    }
}
