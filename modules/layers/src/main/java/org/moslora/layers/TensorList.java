package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * A list of arrays that is handed to kernels again and again, such as the weights of a block: made once, because
 * building it costs as much as a small kernel. The arrays stay their owner's.
 */
public final class TensorList implements AutoCloseable {
    private final IValue value;

    private TensorList(IValue value) {
        this.value = value;
    }

    /** The arrays in this order. */
    public static TensorList of(List<NDArray> arrays) {
        return new TensorList(IValue.listFrom(arrays.toArray(new PtNDArray[0])));
    }

    IValue value() {
        return value;
    }

    @Override
    public void close() {
        value.close();
    }
}
