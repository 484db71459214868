package org.moslora.generation.image;

import java.util.Iterator;

/** The noise of one picture, array by array. */
final class ImageNoise {
    private final Iterator<float[]> draws;

    private ImageNoise(Iterator<float[]> draws) {
        this.draws = draws;
    }

    /** So many arrays of a shape. */
    static ImageNoise of(NoiseSource source, long seed, int count, LatentShape shape) {
        return new ImageNoise(source.draw(seed, count, shape).iterator());
    }

    float[] next() {
        return draws.next();
    }
}
