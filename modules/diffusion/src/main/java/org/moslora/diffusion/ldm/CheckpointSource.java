package org.moslora.diffusion.ldm;

/** Which program's checkpoint it is: where its text encoders stand, and what no shape tells. */
enum CheckpointSource {
    /** Stable Diffusion 1: OpenAI's CLIP as transformers names it. */
    V1(64, 0.18215),
    /** Stable Diffusion 2: OpenCLIP, of which the last block is not used. */
    V2(96, 0.18215),
    /** Stable Diffusion XL: both. */
    XL(128, 0.13025);

    private final int sampleSize;
    private final double scalingFactor;

    CheckpointSource(int sampleSize, double scalingFactor) {
        this.sampleSize = sampleSize;
        this.scalingFactor = scalingFactor;
    }

    /** Side of the latents that the model was trained on. */
    int sampleSize() {
        return sampleSize;
    }

    /** What latents are multiplied with for the UNet. */
    double scalingFactor() {
        return scalingFactor;
    }
}
