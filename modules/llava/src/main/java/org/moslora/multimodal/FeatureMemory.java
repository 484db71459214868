package org.moslora.multimodal;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;

/**
 * Features of pictures that a frozen tower has seen, so that later epochs skip decoding and tower. It only fills up and
 * forgets nothing: whoever was told that a picture is here may rely on it.
 */
final class FeatureMemory {
    private final Arena arena;
    private final Compute compute;
    private final Map<ShownPicture, Kept> features = new ConcurrentHashMap<>();
    private long left;

    /**
     * What is kept of a picture.
     *
     * @param features as the connector receives them
     * @param picture without its pixels
     */
    record Kept(NDArray features, PictureInput picture) {}

    FeatureMemory(Arena arena, Compute compute) {
        this.arena = arena;
        this.compute = compute;
    }

    void allow(long bytes) {
        left = bytes;
    }

    boolean has(ShownPicture picture) {
        return features.containsKey(picture);
    }

    @Nullable
    Kept get(ShownPicture picture) {
        return features.get(picture);
    }

    /** Keeps the features if there is room, and gives them back. */
    Kept keep(ShownPicture picture, NDArray made, PictureInput input) {
        Kept kept = new Kept(made, input.bare());
        long size = made.size() * compute.precision().bytes();
        if (size <= left) {
            left -= size;
            features.put(picture, new Kept(arena.adopt(made), kept.picture()));
        }
        return kept;
    }
}
