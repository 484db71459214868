package org.moslora.generation.image;

import java.util.Iterator;

/** The noise of one picture, array by array. */
final class Noise {
    private final Iterator<float[]> draws;

    private Noise(Iterator<float[]> draws) {
        this.draws = draws;
    }

    /** So many arrays of a shape. */
    static Noise of(NoiseSource source, long seed, int count, LatentShape shape) {
        return new Noise(source.draw(seed, count, shape).iterator());
    }

    float[] next() {
        return draws.next();
    }
}
