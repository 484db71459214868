package org.moslora.diffusion.autoencoder;

/**
 * Makes the layers of encoder and decoder from their paths, in whatever form they are to run.
 *
 * @param <L> what a layer is
 */
public interface LayerMaker<L> {
    /** What the norms add to the variance. */
    double EPSILON = 1e-6;

    /** A convolution. */
    L convolution(String path, int padding);

    /** Halves a picture; the border is on the right and at the bottom only. */
    L halving(String path);

    /** Doubles a picture, then a convolution. */
    L doubling(String path);

    /** Two normed convolutions beside a shortcut, which is a convolution where the width changes. */
    L resnet(String path, boolean widens);

    /** Attention of one head over all places of a picture, with a residual. */
    L attention(String path);

    /** Norm, activation, convolution; in fp32. */
    L output(String norm, String convolution);
}
