package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.MmditFiles;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;

/**
 * An image generator of whatever family: a denoiser, what reads its text, an autoencoder and a noise schedule, checked
 * and not loaded. Whoever paints or trains asks this, and not which family it is.
 */
public interface ImageModel extends AutoCloseable {
    /**
     * Opens a diffusers folder, or a single-file checkpoint; {@code model_index.json} says of which family a folder is.
     *
     * @param tokenizer where the tokenizers are instead of in the folder, or null; of a file that has a transformer, the
     *     folder of a model with everything else
     * @param prediction what a model with a UNet answers if its files do not say or say it wrong, or null
     * @param messages gets remarks for the user
     * @throws InvalidInput with everything that is wrong with the files
     */
    static ImageModel open(Path path, @Nullable Path tokenizer, @Nullable Prediction prediction, Messages messages) {
        Optional<GeneratorFamily> published = PublishedTransformer.family(path);
        if (published.isPresent()) {
            return SingleTransformer.open(path, published.get(), tokenizer, messages);
        }
        GeneratorFamily family = GeneratorFamily.of(path);
        return family == GeneratorFamily.STABLE_DIFFUSION
                ? PictureModel.open(path, tokenizer, prediction, messages)
                : SingleTransformer.open(PipelineSource.of(path), family, tokenizer, messages);
    }

    /**
     * Opens the weights alone, for what neither paints nor trains.
     *
     * @throws InvalidInput with everything that is wrong with the files
     */
    static ImageModelFiles files(Path path) {
        Optional<GeneratorFamily> published = PublishedTransformer.family(path);
        if (published.isPresent()) {
            return PublishedFiles.open(path, published.get());
        }
        return switch (GeneratorFamily.of(path)) {
            case STABLE_DIFFUSION -> StableDiffusion.open(path);
            case STABLE_DIFFUSION_3, FLUX_1 -> MmditFiles.open(PipelineSource.of(path), GeneratorFamily.of(path));
            case Z_IMAGE -> ZImageFolder.files(path);
            case FLUX2_KLEIN -> Flux2Folder.files(path);
        };
    }

    /** The checked files. */
    ImageModelFiles files();

    /** What has to be known to plan pictures, its schedule being one of that. */
    PictureTraits traits();

    /** What an adapter of the denoiser sits on where nothing is said, as in diffusers. */
    List<String> targets();

    /** What a step of training takes of the denoiser's blocks; null where only its layers tell. */
    default @Nullable StepCost stepCost() {
        return null;
    }

    /** Loads the denoiser; sites' paths begin with its component's prefix. */
    TrainableDenoiser denoiser(Linears linears, Compute compute);

    /** Whether an absent text stands for zeros and not for the empty text. */
    default boolean zeroForNothing() {
        return false;
    }

    /** Loads what reads texts. */
    LoadedTexts texts(Linears linears, Compute compute);

    /**
     * Loads the model with adapters on.
     *
     * @throws InvalidInput when an adapter cannot be read or does not fit
     */
    default AdaptedPictures adapted(List<ScaledAdapter> adapters, Compute compute) {
        AdaptedPictures.check(this, adapters);
        AdaptedPictures loaded = new AdaptedPictures(this, compute);
        loaded.use(adapters);
        return loaded;
    }

    @Override
    void close();
}
