package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What decoded pictures lack of those that were encoded, all terms being means over their entries, and the gradient.
 *
 * @param total the weighted sum of the other terms
 * @param absolute |error|
 * @param squared error²
 * @param edges |difference of the errors of two pixels side by side| plus the same of two one above the other
 * @param divergence of the latents from a standard normal distribution (Kullback and Leibler's), of one latent entry
 * @param pictures gradient of the decoded pictures, of their shape, in fp32
 * @param moments gradient of the moments but for what comes through the pictures, of their shape, in fp32
 */
public record PictureLoss(
        double total,
        double absolute,
        double squared,
        double edges,
        double divergence,
        NDArray pictures,
        NDArray moments) {
    /** How much each term counts. */
    public record Weights(double absolute, double squared, double edges, double divergence) {
        double[] inOrder() {
            return new double[] {absolute, squared, edges, divergence};
        }
    }

    /**
     * Compares.
     *
     * @param pixels what the pass has encoded, in fp32
     * @param share what the gradients are multiplied with: the part of a step that this pass is
     */
    public static PictureLoss of(Arena step, AutoencoderPass pass, NDArray pixels, Weights weights, double share) {
        NDArray[] made = Kernels.get()
                .call(step, "picture_loss", pass.pictures(), pixels, pass.moments(), weights.inOrder(), share);
        float[] terms = made[0].toFloatArray();
        return new PictureLoss(terms[0], terms[1], terms[2], terms[3], terms[4], made[1], made[2]);
    }
}
