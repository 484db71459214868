package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.WeightSource;

/** Opens image generators whose denoiser is a transformer: a folder, or a file and a folder with everything else. */
final class SingleTransformer {
    private SingleTransformer() {}

    /**
     * Opens a file.
     *
     * @param rest the folder of a model of this family in diffusers' layout
     * @throws InvalidInput when there is none, or they do not fit together
     */
    static ImageModel open(Path file, GeneratorFamily family, @Nullable Path rest, Messages messages) {
        if (rest == null) {
            throw new InvalidInput(
                    FieldName.of("tokenizer"),
                    file + " is a single file with the transformer of " + family.description()
                            + "; name the folder of such a model in diffusers' layout, from which tokenizers and configs"
                            + " are taken, and text encoders and autoencoder where the file has none");
        }
        GeneratorFamily other = GeneratorFamily.of(rest);
        if (other != family) {
            throw new InvalidInput(
                    FieldName.of("tokenizer"),
                    rest + " is no folder of " + family.description() + ", whose transformer " + file + " holds");
        }
        Map<Component, WeightSource> parts = PublishedCheckpoint.open(file, messages);
        String taken = parts.size() == 1
                ? "the transformer is"
                : parts.keySet().stream().map(Component::folder).collect(Collectors.joining(", ")) + " are";
        messages.tell("of " + file + " " + taken + " taken, everything else of " + rest);
        if (family == GeneratorFamily.STABLE_DIFFUSION_3) {
            parts.computeIfPresent(
                    Component.TEXT_ENCODER, (clip, own) -> ClipProjection.of(own, rest.resolve(clip.folder())));
        }
        return open(new PipelineSource(rest, file, parts), family, null, messages);
    }

    static ImageModel open(PipelineSource source, GeneratorFamily family, @Nullable Path tokenizer, Messages messages) {
        return switch (family) {
            case STABLE_DIFFUSION_3, FLUX_1 -> MmditModel.open(source, family, tokenizer, messages);
            case Z_IMAGE -> ZImageFolder.open(source, messages);
            case FLUX2_KLEIN -> Flux2Folder.open(source, messages);
            case STABLE_DIFFUSION -> throw new IllegalArgumentException(family + " has no transformer");
        };
    }
}
