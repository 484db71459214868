package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/** Sees every call of a kernel and every structure that one makes: how tests try kernels on a device that is not there. */
interface KernelWatch {
    /** Runs a kernel, as {@code running} does. */
    NDArray[] call(String name, Object[] arguments, Supplier<NDArray[]> running);

    /** Hears of a structure. */
    void made(Structure structure, String name, Object[] arguments);
}
