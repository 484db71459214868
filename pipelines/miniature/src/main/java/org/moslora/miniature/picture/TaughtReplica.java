package org.moslora.miniature.picture;

import java.util.SplittableRandom;
import org.moslora.layers.Arena;

/**
 * One instance of a model that learns to paint.
 *
 * @param <T> a caption as it is given one
 */
interface TaughtReplica<T> extends AutoCloseable {
    /** The arena of whatever lives as long as the instance. */
    Arena arena();

    /**
     * Adds the gradients of some scenes.
     *
     * @param random draws times and noise
     * @param share of the scenes in the step's loss
     * @return their part of the loss
     */
    double learn(Arena arena, LatentPool.Drawn<T> drawn, SplittableRandom random, double share);

    /** The loss of some scenes, whose gradients nobody needs. */
    double look(Arena arena, LatentPool.Drawn<T> drawn, SplittableRandom random);

    @Override
    void close();
}
