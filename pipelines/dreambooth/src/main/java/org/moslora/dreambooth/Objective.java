package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;

/**
 * What a denoiser is taught: what is drawn for a micro-batch, what is made of that and the clean latents, and how much
 * each picture's error counts.
 */
sealed interface Objective permits NoiseObjective, FlowObjective {
    /**
     * The numbers of one micro-batch, from libtorch's default generator.
     *
     * @param shape [B, channels, h, w] of the latents
     */
    Drawn draw(Arena arena, long[] shape, String device);

    /**
     * Where one picture stands that is not drawn for.
     *
     * @param part of the way that noise levels take in training, from 0 to 1
     * @return as {@link Drawn#places} has it, [1]
     */
    NDArray place(Arena arena, double part);

    /** Puts noise on clean latents, and says what is to be answered. */
    NoisyInput noisyInput(Arena step, NDArray clean, Drawn drawn);

    /**
     * Random numbers.
     *
     * @param own noise that chooses latents, of their shape; null where it is always their mean that is taken
     * @param noise that is put on them, the same shape
     * @param places [B], of each picture on the way from noise to picture, as the objective counts them
     */
    record Drawn(@Nullable NDArray own, NDArray noise, NDArray places) {}

    /**
     * A micro-batch to learn from.
     *
     * @param noisy latents with noise on, [B, channels, h, w]
     * @param target what the model is to answer, of the same shape
     * @param times that it is told, in steps of training
     * @param weights of the pictures' errors
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record NoisyInput(NDArray noisy, NDArray target, double[] times, double[] weights) {}
}
