package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;

/**
 * By which angles the pairs of neighbouring entries of a head are turned in each row of a joint sequence: the text's by
 * none, a place's by its row and its column.
 */
final class RotaryAngles {
    private static final double BASE = 10_000;

    private RotaryAngles() {}

    /** Cosines and sines, [words + height · width, head / 2] each; arrays without entries where nothing is turned. */
    static NDArray[] of(Arena arena, List<Integer> axes, int words, int height, int width) {
        if (axes.isEmpty()) {
            return new NDArray[] {arena.none(), arena.none()};
        }
        int pairs = axes.stream().mapToInt(Integer::intValue).sum() / 2;
        float[] cosines = new float[(words + height * width) * pairs];
        float[] sines = new float[cosines.length];
        int at = 0;
        for (int row = 0; row < words + height * width; row++) {
            int place = row - words;
            int[] position = row < words ? new int[axes.size()] : new int[] {0, place / width, place % width};
            for (int axis = 0; axis < axes.size(); axis++) {
                for (int i = 0; i < axes.get(axis) / 2; i++) {
                    double angle = position[axis] / Math.pow(BASE, 2.0 * i / axes.get(axis));
                    cosines[at] = (float) Math.cos(angle);
                    sines[at++] = (float) Math.sin(angle);
                }
            }
        }
        long rows = (long) words + (long) height * width;
        return new NDArray[] {arena.floats(cosines, rows, pairs), arena.floats(sines, rows, pairs)};
    }
}
