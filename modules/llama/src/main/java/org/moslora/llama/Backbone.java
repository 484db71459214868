package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.examples.Batch;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.block.Model;

/**
 * A language backbone, text-only or vision-language: what is fine-tuned on conversations and continues them. Those of a
 * batch are packed one after the other, so there is no padding to compute.
 */
public interface Backbone extends Model {
    /** Its decoder, which takes embeddings in the place of pictures. */
    LanguageModel text();

    /**
     * Runs a micro-batch up to the hidden states of its supervised positions.
     *
     * @param arena the step's, owns everything that is made
     * @param keep bytes that the insides of blocks may take until the backward pass; others are computed again
     * @param seed of this pass's dropout masks
     */
    Pass forward(Arena arena, Batch batch, long keep, long seed);

    /** A pass without a backward pass, for {@link #losses} alone: keeps nothing of the way. */
    Pass look(Arena arena, Batch batch);

    /** Negative log-likelihood of every supervised token of a pass, in order. */
    default float[] losses(Arena arena, Pass pass) {
        return text().losses(arena, pass);
    }

    /**
     * Adds the gradients of {@code scale} times the sum of all losses to those of the trained tensors.
     *
     * @return the losses, as {@link #losses}
     */
    default float[] backward(Arena arena, Pass pass, double scale) {
        return text().backward(arena, pass, scale);
    }

    /**
     * Adds the gradients of the sum of all losses, each times a weight.
     *
     * @param weights one for each supervised token, in order
     * @return the losses, as {@link #losses}
     */
    default float[] backward(Arena arena, Pass pass, float[] weights) {
        return text().backward(arena, pass, weights);
    }

    /** A cache for so many conversations of at most {@code room} positions. */
    default KeyValueCache cache(int conversations, int room) {
        return text().cache(step(), compute(), conversations, room);
    }

    /**
     * Continues every conversation of a cache.
     *
     * @param ids the new ids of all conversations, one after the other, image tokens widened
     * @param lengths new ids of each, at least 1
     * @param pictures pixels of the new image tokens, in order; none in a model without pictures
     * @return logits [conversations, vocabulary] of each one's last position
     */
    NDArray step(Arena arena, int[] ids, int[] lengths, List<PictureInput> pictures, KeyValueCache cache);
}
