package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;

/** A parameter as kernels read it, [layers, …]: in fp32 the parameter itself, else a copy in the model's format. */
final class KernelCopy {
    private final Parameter parameter;
    private final NDArray array;

    private KernelCopy(Parameter parameter, NDArray array) {
        this.parameter = parameter;
        this.array = array;
    }

    static KernelCopy of(Arena arena, Compute compute, Parameter parameter) {
        boolean wide = compute.precision() == Precision.FP32;
        return new KernelCopy(parameter, wide ? parameter.value() : blank(arena, compute, shape(parameter)));
    }

    /** Brings it up to date. */
    void refresh(Arena arena) {
        if (array != parameter.value()) {
            Kernels.get().call(arena, "copied_into", array, parameter.value());
        }
    }

    /** One layer of it. */
    NDArray row(Arena arena, int layer) {
        return row(arena, array, layer);
    }

    static NDArray row(Arena arena, NDArray array, int layer) {
        return Kernels.get().one(arena, "row", array, layer);
    }

    /** Room for what a fold makes, in the model's format. */
    static NDArray blank(Arena arena, Compute compute, long... shape) {
        return blank(arena, compute, compute.precision(), shape);
    }

    /** Room for its gradient, in fp32. */
    static NDArray wideBlank(Arena arena, Compute compute, long... shape) {
        return blank(arena, compute, Precision.FP32, shape);
    }

    private static NDArray blank(Arena arena, Compute compute, Precision precision, long... shape) {
        return Kernels.get().one(arena, "blank", shape, precision.scalarType(), compute.deviceName());
    }

    private static long[] shape(Parameter parameter) {
        return parameter.value().getShape().getShape();
    }
}
