package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;

/**
 * Features of pictures that a frozen tower has seen, so that later epochs skip decoding and tower. It only fills up and
 * forgets nothing: whoever was told that a picture is here may rely on it.
 */
final class FeatureMemory {
    private final Arena arena;
    private final Compute compute;
    private final Map<Path, NDArray> features = new ConcurrentHashMap<>();
    private long left;

    FeatureMemory(Arena arena, Compute compute) {
        this.arena = arena;
        this.compute = compute;
    }

    void allow(long bytes) {
        left = bytes;
    }

    boolean has(Path picture) {
        return features.containsKey(picture);
    }

    @Nullable
    NDArray get(Path picture) {
        return features.get(picture);
    }

    /** Keeps the features if there is room, and gives them back. */
    NDArray keep(Path picture, NDArray made) {
        long size = made.size() * compute.precision().bytes();
        if (size <= left) {
            left -= size;
            features.put(picture, arena.adopt(made));
        }
        return made;
    }
}
