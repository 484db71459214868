package org.moslora.examples.subject;

/**
 * A size in pixels.
 *
 * @param width at least 1
 * @param height at least 1
 */
public record ImageSize(int width, int height) {
    public ImageSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(width + "x" + height);
        }
    }

    double aspect() {
        return (double) width / height;
    }
}
