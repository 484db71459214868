package org.moslora.diffusion.parts;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Linear;
import org.moslora.layers.LinearStack;
import org.moslora.layers.Plain;
import org.moslora.layers.TensorList;

/**
 * The tensors of one block as its kernels index them. Gathered when the block first runs and not before, because
 * adapters are put on after a model was made.
 */
public final class BlockTensors implements AutoCloseable {
    private final List<Plain> plain;
    private final List<Linear> linears;
    private final NDArray none;
    private @Nullable LinearStack stack;

    BlockTensors(List<Plain> plain, List<Linear> linears, NDArray none) {
        this.plain = List.copyOf(plain);
        this.linears = List.copyOf(linears);
        this.none = none;
    }

    /** Whether a backward pass has anything to gather here. */
    public boolean learns() {
        return stack().learns();
    }

    /** Weights in the kernels' order. */
    public TensorList weights() {
        return stack().weights();
    }

    /** Their gradients, where they are trained. */
    public TensorList weightGradients() {
        return stack().weightGradients();
    }

    /** What adapters add to each linear. */
    public TensorList adapters() {
        return stack().adapters();
    }

    /** Their gradients, where they are trained. */
    public TensorList adapterGradients() {
        return stack().adapterGradients();
    }

    /** The share of an adapter's input that is dropped. */
    public double dropout() {
        return stack().dropout();
    }

    private LinearStack stack() {
        LinearStack made = LinearStack.current(stack, plain, linears, none);
        stack = made;
        return made;
    }

    @Override
    public void close() {
        if (stack != null) {
            stack.close();
        }
    }
}
