package org.moslora.diffusion.folder;

import org.moslora.diffusion.unet.UNetConfig;

/** The three families of Stable Diffusion, told apart by the UNet. */
public enum StableDiffusionFamily {
    /** Transformers entered through 1×1 convolutions. */
    STABLE_DIFFUSION_1("stable-diffusion-1", "Stable Diffusion 1"),
    /** Transformers entered through linear layers. */
    STABLE_DIFFUSION_2("stable-diffusion-2", "Stable Diffusion 2 (linear projections)"),
    /** Pooled text and sizes besides the text, and two text encoders. */
    STABLE_DIFFUSION_XL("stable-diffusion-xl", "Stable Diffusion XL (text-time conditioning)");

    private final String spelling;
    private final String description;

    StableDiffusionFamily(String spelling, String description) {
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

    static StableDiffusionFamily of(UNetConfig unet) {
        if (unet.added() != null) {
            return STABLE_DIFFUSION_XL;
        }
        return unet.linearProjection() ? STABLE_DIFFUSION_2 : STABLE_DIFFUSION_1;
    }
}
