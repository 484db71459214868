package org.moslora.diffusion.zimage;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** The gradient of the time's embedding, gathered from whatever reads it. */
final class TimeGradient {
    private @Nullable NDArray sum;

    void add(Arena arena, NDArray more) {
        NDArray before = sum;
        if (before == null) {
            sum = more;
            return;
        }
        sum = Kernels.get().one(arena, "added", before, more);
        before.close();
        more.close();
    }

    NDArray sum() {
        NDArray whole = sum;
        if (whole == null) {
            throw new IllegalStateException("nobody has read the time");
        }
        return whole;
    }
}
