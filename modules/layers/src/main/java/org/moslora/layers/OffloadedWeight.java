package org.moslora.layers;

import ai.djl.ndarray.NDArray;

/**
 * A frozen weight that stays in its mapped file while no kernel reads it: in another number format than the model
 * computes in, or not on its device.
 *
 * @param mapped a window onto the file
 * @param format libtorch's code of the model's number format
 * @param device the model's device as libtorch spells it
 * @param bytes that the weight takes there
 */
record OffloadedWeight(NDArray mapped, int format, String device, long bytes) {
    /** The weight as kernels read it. */
    NDArray in(Arena arena) {
        return Kernels.get().one(arena, "converted", mapped, format, device);
    }
}
