package org.moslora.datasets.miniature.paint;

import org.jspecify.annotations.Nullable;

/**
 * How a kind is drawn and where it wears things, in its own coordinates: from -1 to 1, feet at 1.
 *
 * @param drawing its parts, from back to front
 * @param hat middle of a hat's brim
 * @param neck of a scarf; null if the kind has none
 * @param eyes behind glasses; null if the kind has none
 */
record Glyph(
        Drawing drawing,
        Hat hat,
        @Nullable Neck neck,
        @Nullable Eyes eyes) {
    /** Draws a kind's parts. */
    @FunctionalInterface
    interface Drawing {
        void draw(Pen pen);
    }

    /**
     * Where a hat sits.
     *
     * @param x of the brim's middle
     * @param y of the brim's middle
     * @param half half of the brim's width
     */
    record Hat(double x, double y, double half) {}

    /**
     * Where a scarf runs.
     *
     * @param x of its middle
     * @param y of its middle
     * @param half half of its width
     * @param tilt degrees, clockwise
     */
    record Neck(double x, double y, double half, double tilt) {}

    /**
     * Where glasses sit.
     *
     * @param x between the lenses
     * @param y of their middles
     * @param gap from x to the middle of a lens
     * @param lens half of a lens's width
     */
    record Eyes(double x, double y, double gap, double lens) {}
}
