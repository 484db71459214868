package org.moslora.examples.image;

import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/** How a family of models wants its pictures: what they become, and how many image tokens stand for one. */
public interface PicturePreparation {
    /**
     * How many image tokens a picture takes, from its size alone.
     *
     * @param alone whether it is the only one of its conversation
     */
    int tokens(UprightSize size, boolean alone);

    /** Whether {@link #tokens} looks at the size, so that somebody must have read it. */
    default boolean countsBySize() {
        return true;
    }

    /** A decoded picture as the tower takes it. */
    PictureInput input(Picture picture, boolean alone);

    /** The size at which a model sees a picture that keeps its own resolution. */
    default UprightSize seen(UprightSize size) {
        return size;
    }

    /** Pixels that a picture should have along a side, so that it is not enlarged. */
    int leastSide();

    /** Whether that is the longer side, since nothing of a picture is cut away. */
    default boolean isWhole() {
        return true;
    }

    /**
     * The same within limits that somebody set.
     *
     * @throws InvalidInput where pictures do not keep their own resolution, or no picture is within them
     */
    default PicturePreparation within(PixelLimits limits) {
        if (!limits.equals(PixelLimits.NONE)) {
            throw new InvalidInput(
                    "data.min_pixels, data.max_pixels",
                    "are for models whose pictures keep their own resolution; this one makes them all alike");
        }
        return this;
    }

    /** Between how many pixels pictures have, where they keep their own resolution; else null. */
    default @Nullable PixelLimits limits() {
        return null;
    }

    /** What becomes of pictures that are not square, where one may choose; else null. */
    default @Nullable ImageAspect aspect() {
        return null;
    }
}
