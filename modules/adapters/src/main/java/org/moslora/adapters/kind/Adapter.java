package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.AdapterDelta;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linear;

/**
 * The adapter of one kind on all layers of one shape at once: its parameters, what kernels read of them, and the way
 * back of the gradient. Knows nothing of models.
 */
interface Adapter {
    /** Its parameters, in their order in the flat buffer and in files. */
    List<Parameter> parameters();

    /**
     * Makes what the kernels read, once the parameters have their places.
     *
     * @param arena owns it
     * @param linears the layers
     */
    Attachment attach(Arena arena, Compute compute, List<Linear> linears);

    /**
     * An adapter on its layers.
     *
     * @param layers for each what kernels read and where they add its gradient
     * @param materialize writes what the kernels read from the parameters: the start of a step
     * @param backward turns the gradients of what the kernels read into those of the parameters: the end of a step
     */
    record Attachment(List<Attached> layers, Consumer<Arena> materialize, Consumer<Arena> backward) {}

    /**
     * One layer's adapter.
     *
     * @param delta what kernels read
     * @param gradient where they add the gradient of each of its arrays
     * @param bias what kernels read in place of the layer's bias; null where that stays frozen
     * @param biasGradient where they add its gradient; null with it
     */
    record Attached(
            AdapterDelta delta,
            AdapterDelta gradient,
            @Nullable NDArray bias,
            @Nullable NDArray biasGradient) {
        /** Beside a frozen bias, or none. */
        Attached(AdapterDelta delta, AdapterDelta gradient) {
            this(delta, gradient, null, null);
        }

        /** The same with a trained bias. */
        Attached with(NDArray trained, NDArray itsGradient) {
            return new Attached(delta, gradient, trained, itsGradient);
        }

        void putOn(Linear linear, double dropout) {
            linear.adapt(delta, gradient, dropout);
            if (bias != null && biasGradient != null) {
                linear.trainBias(bias, biasGradient);
            }
        }
    }
}
