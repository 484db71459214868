package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one block in the order in which its kernels index them: some norms and other vectors first, then
 * weight and bias of each linear, then what quantised weights need besides; beside them, in lists of the same order, the
 * adapters and every gradient. An absent tensor is an array without entries. Built when the block first runs, after
 * adapters were put on, and anew when others were put on since.
 */
public final class LinearStack implements AutoCloseable {
    private final TensorList weights;
    private final TensorList weightGradients;
    private final TensorList adapters;
    private final TensorList adapterGradients;
    private final boolean learns;
    private final double dropout;
    private final int changes;

    private LinearStack(List<Plain> plain, List<Linear> linears, NDArray none) {
        List<NDArray> own = new ArrayList<>();
        List<NDArray> ownGradients = new ArrayList<>();
        List<NDArray> changes = new ArrayList<>();
        List<NDArray> changeGradients = new ArrayList<>();
        for (Plain tensor : plain) {
            own.add(tensor.value());
            ownGradients.add(present(tensor.gradient(), none));
        }
        for (Linear linear : linears) {
            own.add(linear.kernelWeight());
            own.add(present(linear.bias(), none));
            ownGradients.add(present(linear.weightGradient(), none));
            ownGradients.add(present(linear.biasGradient(), none));
            add(changes, linear.adapter(), none);
            add(changeGradients, linear.gradient(), none);
        }
        own.addAll(quantised(linears, none));
        this.weights = TensorList.of(own);
        this.weightGradients = TensorList.of(ownGradients);
        this.adapters = TensorList.of(changes);
        this.adapterGradients = TensorList.of(changeGradients);
        this.learns =
                linears.stream().anyMatch(Linear::learns) || plain.stream().anyMatch(Plain::learns);
        this.dropout = linears.stream().mapToDouble(Linear::dropout).max().orElse(0);
        this.changes = changes(plain, linears);
    }

    private static int changes(List<Plain> plain, List<Linear> linears) {
        int sum = plain.stream().mapToInt(Plain::changes).sum();
        for (Linear linear : linears) {
            sum += linear.changes();
        }
        return sum;
    }

    /**
     * What is up to date for a block: what it has, unless something in it has changed since.
     *
     * @param stack what the block has, closed if it is out of date; or null
     * @param plain tensors that come first
     * @param linears the block's linears, in the kernels' order
     * @param none an array without entries
     */
    public static LinearStack current(
            @Nullable LinearStack stack, List<Plain> plain, List<Linear> linears, NDArray none) {
        if (stack != null && changes(plain, linears) == stack.changes) {
            return stack;
        }
        if (stack != null) {
            stack.close();
        }
        return of(plain, linears, none);
    }

    /**
     * Gathers a block.
     *
     * @param plain tensors that come first
     * @param linears the block's linears, in the kernels' order
     * @param none an array without entries
     */
    public static LinearStack of(List<Plain> plain, List<Linear> linears, NDArray none) {
        return new LinearStack(plain, linears, none);
    }

    /** All weights of the block. */
    public TensorList weights() {
        return weights;
    }

    /** The gradients of {@link #weights}, where they are trained. */
    public TensorList weightGradients() {
        return weightGradients;
    }

    /** What adapters add to each linear, in {@link Folded#PLACES} arrays. */
    public TensorList adapters() {
        return adapters;
    }

    /** The gradients of {@link #adapters}, where they are trained. */
    public TensorList adapterGradients() {
        return adapterGradients;
    }

    /** Whether a backward pass has anything to gather here. */
    public boolean learns() {
        return learns;
    }

    /** The share of an adapter's input that is dropped; the adapters of a block agree on it. */
    public double dropout() {
        return dropout;
    }

    private static NDArray present(@Nullable NDArray array, NDArray none) {
        return array == null ? none : array;
    }

    /** What kernels need besides codes, for every linear of a block in which any weight is quantised. */
    private static List<NDArray> quantised(List<Linear> linears, NDArray none) {
        List<NDArray> places = new ArrayList<>();
        if (linears.stream().anyMatch(linear -> linear.quantised() != null)) {
            for (Linear linear : linears) {
                Quantised held = linear.quantised();
                places.addAll(held == null ? Collections.nCopies(Quantised.PLACES, none) : held.places(none));
            }
        }
        return places;
    }

    private static void add(List<NDArray> list, @Nullable Folded folded, NDArray none) {
        list.addAll(folded == null ? Collections.nCopies(Folded.PLACES, none) : folded.places(none));
    }

    @Override
    public void close() {
        weights.close();
        weightGradients.close();
        adapters.close();
        adapterGradients.close();
    }
}
