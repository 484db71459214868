package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;

/** Loads factors in fp32 where they are needed. */
@FunctionalInterface
public interface Factors {
    /** The values of a factor. */
    NDArray wide(Factor factor);
}
