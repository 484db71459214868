package org.moslora.spark;

import java.io.Serializable;

/** What is done with one element, on an executor. */
interface ElementTask<T, R> extends Serializable {
    /** What comes of it. */
    R of(T element);
}
