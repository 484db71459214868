package org.moslora.datasets.miniature.world;

import java.util.List;

/**
 * What a picture shows. Everything that is said and asked about it follows from these values, and so does every pixel.
 *
 * @param style how it is laid out
 * @param background where it is
 * @param things one to four, each in a cell of its own, in reading order
 * @param look seed of what no text speaks of: which side the landmark is on, where stars and flowers are, how far a
 *     thing stands from the middle of its cell
 */
public record Scene(Style style, Background background, List<Thing> things, long look) {
    /** The most things in a scene. */
    public static final int MOST = 4;

    public Scene {
        things = List.copyOf(things);
        if (things.isEmpty() || things.size() > MOST || (style == Style.PORTRAIT && things.size() > 1)) {
            throw new IllegalArgumentException(things.size() + " things in a scene of style " + style);
        }
        for (int i = 1; i < things.size(); i++) {
            if (things.get(i - 1).cell().compareTo(things.get(i).cell()) >= 0) {
                throw new IllegalArgumentException("cells out of order or shared: " + things);
            }
        }
    }
}
