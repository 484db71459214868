package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.WeightSource;

/**
 * What a single file has of a generator: its transformer, and perhaps text encoders and an autoencoder, for whoever asks
 * what it is and where adapters sit. To paint, it needs the rest of a folder.
 *
 * @param path the file
 * @param weights of the components that it has
 */
record PublishedFiles(Path path, GeneratorFamily family, Map<Component, WeightSource> weights)
        implements ImageModelFiles {
    static PublishedFiles open(Path path, GeneratorFamily family) {
        return new PublishedFiles(path, family, PublishedCheckpoint.open(path, remark -> {}));
    }

    @Override
    public String spelling() {
        return family.spelling();
    }

    @Override
    public String description() {
        boolean later = family == GeneratorFamily.STABLE_DIFFUSION_3
                && weights(denoiser()).names().stream().anyMatch(name -> name.endsWith(".norm_q.weight"));
        return later ? "Stable Diffusion 3.5" : family.description();
    }

    @Override
    public Component denoiser() {
        return Component.TRANSFORMER;
    }

    @Override
    public boolean adapts(Component component) {
        return component == denoiser() || family.adaptsText(component);
    }

    @Override
    public Map<Component, Long> parameters() {
        Map<Component, Long> counts = new EnumMap<>(ImageModelFiles.super.parameters());
        String table = "pos_embed.pos_embed";
        WeightSource source = weights(denoiser());
        counts.computeIfPresent(
                denoiser(),
                (component, count) -> source.names().contains(table)
                        ? count - source.info(table).elements()
                        : count);
        return counts;
    }

    @Override
    public AutoencoderConfig autoencoder() {
        throw new InvalidInput(path.toString(), "is a single file, which holds no config of an autoencoder");
    }

    @Override
    public void replaceDenoiser(UnaryOperator<WeightSource> other) {
        weights.computeIfPresent(denoiser(), (component, source) -> other.apply(source));
    }
}
