package org.moslora.llava;

/**
 * The vision tower's shape.
 *
 * @param hidden width
 * @param inner width inside the feed-forward part
 * @param layers encoder blocks
 * @param heads attention heads
 * @param imageSize side of a picture in pixels
 * @param patchSize side of a patch in pixels
 * @param activation of the feed-forward part
 * @param epsilon of the layer norms
 * @param kind whose tower it is
 */
public record VisionConfig(
        int hidden,
        int inner,
        int layers,
        int heads,
        int imageSize,
        int patchSize,
        String activation,
        double epsilon,
        TowerKind kind) {
    /** One of CLIP's. */
    public VisionConfig(
            int hidden,
            int inner,
            int layers,
            int heads,
            int imageSize,
            int patchSize,
            String activation,
            double epsilon) {
        this(hidden, inner, layers, heads, imageSize, patchSize, activation, epsilon, TowerKind.CLIP);
    }

    /** Patches of one picture. */
    public int patches() {
        int side = imageSize / patchSize;
        return side * side;
    }

    /** Rows of one picture inside the tower: its patches, and before them a class token where there is one. */
    public int tokens() {
        return patches() + (kind == TowerKind.CLIP ? 1 : 0);
    }
}
