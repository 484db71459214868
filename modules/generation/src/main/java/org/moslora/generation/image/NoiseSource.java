package org.moslora.generation.image;

import java.util.List;

/** Standard normal numbers, the same for a seed whatever the engine, up to rounding. */
@FunctionalInterface
public interface NoiseSource {
    /**
     * The noise of one picture.
     *
     * @return so many arrays of the shape, drawn one after the other from libtorch's CPU generator of this seed
     */
    List<float[]> draw(long seed, int count, LatentShape shape);
}
