package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * One instance of a model that learns to paint.
 *
 * @param <T> a caption as it is given one
 */
interface TaughtReplica<T> extends AutoCloseable {
    /** The arena of whatever lives as long as the instance. */
    Arena arena();

    /**
     * What the instance was asked.
     *
     * @param prediction its answer
     * @param target what that should have been
     * @param backward goes back from the gradient of the answer
     */
    record Asked(NDArray prediction, NDArray target, Consumer<NDArray> backward) {}

    /**
     * Puts noise on scenes' latents and asks the instance about them.
     *
     * @param random draws times and noise
     */
    Asked ask(Arena arena, LatentPool.Drawn<T> drawn, SplittableRandom random);

    /**
     * Adds the gradients of some scenes.
     *
     * @param random draws times and noise
     * @param share of the scenes in the step's loss
     * @return their part of the loss
     */
    default double learn(Arena arena, LatentPool.Drawn<T> drawn, SplittableRandom random, double share) {
        Asked asked = ask(arena, drawn, random);
        NDArray[] loss =
                Kernels.get().call(arena, "framed_loss", asked.prediction(), asked.target(), drawn.weights(), share);
        double value = loss[0].getFloat();
        asked.backward().accept(loss[1]);
        return share * value;
    }

    /** The loss of some scenes, whose gradients nobody needs. */
    default double look(Arena arena, LatentPool.Drawn<T> drawn, SplittableRandom random) {
        Asked asked = ask(arena, drawn, random);
        return Kernels.get()
                .one(arena, "framed_loss", asked.prediction(), asked.target(), drawn.weights(), 1.0)
                .getFloat();
    }

    @Override
    void close();
}
