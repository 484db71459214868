package org.moslora.diffusion.folder;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** The families of image generators, told apart by what {@code model_index.json} calls the pipeline. */
public enum GeneratorFamily {
    /** A UNet that predicts noise; {@link StableDiffusionFamily} tells which. */
    STABLE_DIFFUSION("StableDiffusionPipeline", "stable-diffusion", "Stable Diffusion"),
    /** A transformer of one stream, a decoder's text. */
    Z_IMAGE("ZImagePipeline", "z-image", "Z-Image"),
    /** A transformer of two streams and then one, a decoder's text. */
    FLUX2_KLEIN("Flux2KleinPipeline", "flux2-klein", "FLUX.2 klein"),
    /** A transformer of two streams, two CLIPs' text and perhaps a T5's. */
    STABLE_DIFFUSION_3("StableDiffusion3Pipeline", "stable-diffusion-3", "Stable Diffusion 3"),
    /** A transformer of two streams and then one, a T5's text. */
    FLUX_1("FluxPipeline", "flux-1", "FLUX.1");

    /** What says which pipeline a folder is for. */
    static final String INDEX = "model_index.json";

    private final String pipeline;
    private final String spelling;
    private final String description;

    GeneratorFamily(String pipeline, String spelling, String description) {
        this.pipeline = pipeline;
        this.spelling = spelling;
        this.description = description;
    }

    /** How adapter files write it. */
    public String spelling() {
        return spelling;
    }

    /** What people are told. */
    public String description() {
        return description;
    }

    /** The class in {@code model_index.json}. */
    public String pipeline() {
        return pipeline;
    }

    /** Whether a text encoder of a family that flows can have adapters: a CLIP can. */
    public boolean adaptsText(Component component) {
        boolean second = component == Component.TEXT_ENCODER_2 && this == STABLE_DIFFUSION_3;
        return second || (component == Component.TEXT_ENCODER && (this == STABLE_DIFFUSION_3 || this == FLUX_1));
    }

    /** Whether it is trained by flow matching, a transformer in the place of the UNet. */
    public boolean flows() {
        return this != STABLE_DIFFUSION;
    }

    /**
     * The family of a folder or file: Stable Diffusion unless a folder says otherwise, so that whatever is wrong with
     * others is told by its reader.
     */
    public static GeneratorFamily of(Path path) {
        Path index = path.resolve(INDEX);
        if (!Files.isRegularFile(index)) {
            return STABLE_DIFFUSION;
        }
        JsonElement name = ConfigSection.read(index, new Problems()).value("_class_name");
        return Arrays.stream(values())
                .filter(family -> name != null && name.isJsonPrimitive() && family.pipeline.equals(name.getAsString()))
                .findFirst()
                .orElse(STABLE_DIFFUSION);
    }

    /** The classes of families that flow, for messages. */
    static List<String> flowPipelines() {
        return Arrays.stream(values())
                .filter(GeneratorFamily::flows)
                .map(GeneratorFamily::pipeline)
                .toList();
    }
}
