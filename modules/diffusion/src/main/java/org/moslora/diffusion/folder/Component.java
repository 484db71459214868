package org.moslora.diffusion.folder;

import java.util.Arrays;
import java.util.Optional;

/** The parts of an image generator that have weights. */
public enum Component {
    /** Text to states; SDXL's first. */
    TEXT_ENCODER("text_encoder", "CLIPTextModel"),
    /** SDXL's second text encoder. */
    TEXT_ENCODER_2("text_encoder_2", "CLIPTextModelWithProjection"),
    /** The third text encoder of families that have one. */
    TEXT_ENCODER_3("text_encoder_3", "T5EncoderModel"),
    /** Latents and states to a velocity, in place of a UNet; its class is the family's. */
    TRANSFORMER("transformer", ""),
    /** Latents and states to a prediction. */
    UNET("unet", "UNet2DConditionModel"),
    /** Pictures to latents and back. */
    AUTOENCODER("vae", "AutoencoderKL");

    private final String folder;
    private final String className;

    Component(String folder, String className) {
        this.folder = folder;
        this.className = className;
    }

    /** Its folder's name, and its key in {@code model_index.json}. */
    public String folder() {
        return folder;
    }

    /** What the paths of its linears and convolutions begin with, such as {@code text_encoder_2.}. */
    public String prefix() {
        return folder + ".";
    }

    /** Whether a Stable Diffusion has it: one of those with a UNet. */
    boolean ofUNets() {
        return this != TRANSFORMER && this != TEXT_ENCODER_3;
    }

    /** Whether it turns text into states. */
    public boolean isText() {
        return this == TEXT_ENCODER || this == TEXT_ENCODER_2 || this == TEXT_ENCODER_3;
    }

    /** The class that {@code model_index.json} must give it. */
    String className() {
        return className;
    }

    /** The component of a site's path, if it has one. */
    public static Optional<Component> of(String path) {
        return Arrays.stream(values())
                .filter(component -> path.startsWith(component.prefix()))
                .findFirst();
    }
}
