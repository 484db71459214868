package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;

/** One step of encoder or decoder, from a picture to a picture: a kernel call. */
@FunctionalInterface
interface Layer {
    NDArray forward(Arena arena, NDArray x);
}
