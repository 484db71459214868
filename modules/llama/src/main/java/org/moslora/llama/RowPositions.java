package org.moslora.llama;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Positions of the rows of a batch.
 *
 * @param axes one number a row, or three lists of them: of time, row and column
 */
public record RowPositions(List<int[]> axes) {
    public RowPositions {
        axes = List.copyOf(axes);
    }

    /** Packed conversations that count on from where they were. */
    public static RowPositions following(int[] lengths, int[] past) {
        int[] positions = IntStream.range(0, lengths.length)
                .flatMap(i -> IntStream.range(past[i], past[i] + lengths[i]))
                .toArray();
        return new RowPositions(List.of(positions));
    }

    /** For each row the position that the next one has if it is a word: one more than the largest so far. */
    public int[] next(int[] lengths, int[] before) {
        int[] next = new int[axes.get(0).length];
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            int after = before[i];
            for (int j = 0; j < lengths[i]; j++, at++) {
                for (int[] axis : axes) {
                    after = Math.max(after, axis[at] + 1);
                }
                next[at] = after;
            }
        }
        return next;
    }

    int largest() {
        return axes.stream().flatMapToInt(Arrays::stream).max().orElse(0);
    }

    /** All axes one after the other. */
    public int[] joined() {
        return axes.stream().flatMapToInt(Arrays::stream).toArray();
    }
}
