package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Tape;

/** A pass through a text encoder: its results, and what its backward pass needs. Lives in the step's arena. */
public final class TextPass {
    final TextRequest request;
    final Tape tape;
    final NDArray ids;
    final long[] lengths;
    final NDArray ends;
    final long seed;
    final NDArray chosen;
    final NDArray last;
    private final NDArray states;
    private final @Nullable NDArray pooled;

    /**
     * @param ids [texts, tokens]
     * @param ends row of each text's end
     * @param chosen the states that were asked for, before the norm
     * @param last what the last block that ran has made
     */
    TextPass(
            TextRequest request,
            Tape tape,
            NDArray ids,
            long[] lengths,
            NDArray ends,
            long seed,
            NDArray chosen,
            NDArray last,
            NDArray states,
            @Nullable NDArray pooled) {
        this.request = request;
        this.tape = tape;
        this.ids = ids;
        this.lengths = lengths;
        this.ends = ends;
        this.seed = seed;
        this.chosen = chosen;
        this.last = last;
        this.states = states;
        this.pooled = pooled;
    }

    /** The states that were asked for, [texts · tokens, hidden], in the model's format. */
    public NDArray states() {
        return states;
    }

    /** The pooled text, [texts, projection], or [texts, hidden] without projection; null if not asked for. */
    public @Nullable NDArray pooled() {
        return pooled;
    }
}
