package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Tape;

/** Pictures on their way through an autoencoder that learns, and what the way back needs. Lives in the step's arena. */
public final class AutoencoderPass {
    final Tape tape;
    final NDArray noise;
    private final NDArray moments;
    private final NDArray pictures;

    AutoencoderPass(Tape tape, NDArray noise, NDArray moments, NDArray pictures) {
        this.tape = tape;
        this.noise = noise;
        this.moments = moments;
        this.pictures = pictures;
    }

    /** What the pictures were encoded to, [B, 2·channels, h, w]: means, then logarithms of variances. */
    public NDArray moments() {
        return moments;
    }

    /** What was decoded again, [B, 3, height, width] in fp32. */
    public NDArray pictures() {
        return pictures;
    }
}
