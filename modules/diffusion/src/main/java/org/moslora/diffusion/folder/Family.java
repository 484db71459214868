package org.moslora.diffusion.folder;

import org.moslora.diffusion.unet.UNetConfig;

/** The three families of Stable Diffusion, told apart by the UNet. */
public enum Family {
    /** Transformers entered through 1×1 convolutions. */
    STABLE_DIFFUSION_1("Stable Diffusion 1"),
    /** Transformers entered through linear layers. */
    STABLE_DIFFUSION_2("Stable Diffusion 2 (linear projections)"),
    /** Pooled text and sizes besides the text, and two text encoders. */
    STABLE_DIFFUSION_XL("Stable Diffusion XL (text-time conditioning)");

    private final String description;

    Family(String description) {
        this.description = description;
    }

    /** What people are told. */
    public String description() {
        return description;
    }

    static Family of(UNetConfig unet) {
        if (unet.added() != null) {
            return STABLE_DIFFUSION_XL;
        }
        return unet.linearProjection() ? STABLE_DIFFUSION_2 : STABLE_DIFFUSION_1;
    }
}
