package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Tape;

/** A forward pass over one micro-batch: what its backward pass needs. Lives in the step's arena. */
public final class Pass {
    final BatchRows rows;
    final NDArray ids;
    final ImageEmbeddings embeddings;
    final NDArray targets;
    final long seed;
    final Tape tape;
    final NDArray output;

    Pass(
            BatchRows rows,
            NDArray ids,
            ImageEmbeddings embeddings,
            NDArray targets,
            long seed,
            Tape tape,
            NDArray output) {
        this.rows = rows;
        this.ids = ids;
        this.embeddings = embeddings;
        this.targets = targets;
        this.seed = seed;
        this.tape = tape;
        this.output = output;
    }
}
