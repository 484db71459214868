package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a model that belongs to no {@link Linear}: the weight of a norm, a table of positions. Frozen unless
 * {@link #train} was called. No adapter sits on it.
 */
public final class OtherTensor {
    private final String name;
    private final NDArray made;
    private NDArray value;
    private @Nullable NDArray gradient;
    private int changes;

    /**
     * A frozen tensor.
     *
     * @param name what files call it
     */
    public OtherTensor(String name, NDArray value) {
        this.name = name;
        this.made = value;
        this.value = value;
    }

    /** What stands in a kernel's list for a tensor that a model lacks; {@code none} has no entries. */
    public static OtherTensor absent(NDArray none) {
        return new OtherTensor("", none);
    }

    /** What files call it. */
    public String name() {
        return name;
    }

    /** What kernels read. */
    public NDArray value() {
        return value;
    }

    /** Where kernels add its gradient, in fp32; null when it is frozen. */
    public @Nullable NDArray gradient() {
        return gradient;
    }

    /** Whether a backward pass must reach it. */
    public boolean learns() {
        return gradient != null;
    }

    /**
     * Leaves out what was trained: the tensor is as it was made.
     *
     * @return puts it back
     */
    public Runnable suspend() {
        NDArray ownValue = value;
        NDArray ownGradient = gradient;
        changes++;
        this.value = made;
        this.gradient = null;
        return () -> {
            changes++;
            this.value = ownValue;
            this.gradient = ownGradient;
        };
    }

    int changes() {
        return changes;
    }

    /** Replaces the tensor by another that is used as it is. */
    public void replace(NDArray newValue) {
        changes++;
        this.value = newValue;
    }

    /** Replaces the tensor by a trained one that gathers its gradient. */
    public void train(NDArray newValue, NDArray newGradient) {
        changes++;
        this.value = newValue;
        this.gradient = newGradient;
    }
}
