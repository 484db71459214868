package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** The gradient of what many blocks read, such as the time, gathered from all of them. */
public final class SummedGradient {
    private @Nullable NDArray sum;

    /** Adds one; both are freed when there is a sum. */
    public void add(Arena arena, NDArray more) {
        NDArray before = sum;
        if (before == null) {
            sum = more;
            return;
        }
        sum = Kernels.get().one(arena, "added", before, more);
        before.close();
        more.close();
    }

    /** What was gathered. */
    public NDArray sum() {
        NDArray whole = sum;
        if (whole == null) {
            throw new IllegalStateException("nobody has read it");
        }
        return whole;
    }
}
