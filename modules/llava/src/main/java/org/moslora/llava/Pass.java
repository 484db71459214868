package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Tape;

/** A forward pass over one micro-batch: what its backward pass needs. Lives in the step's arena. */
public final class Pass {
    final Rows rows;
    final NDArray ids;
    final NDArray places;
    final NDArray targets;
    final long seed;
    final Tape text;
    final @Nullable Pictures pictures;
    final NDArray output;

    /** The part of a pass that pictures went through. */
    record Pictures(long count, Tape tape, NDArray features, NDArray inner) {}

    Pass(
            Rows rows,
            NDArray ids,
            NDArray places,
            NDArray targets,
            long seed,
            Tape text,
            @Nullable Pictures pictures,
            NDArray output) {
        this.rows = rows;
        this.ids = ids;
        this.places = places;
        this.targets = targets;
        this.seed = seed;
        this.text = text;
        this.pictures = pictures;
        this.output = output;
    }
}
