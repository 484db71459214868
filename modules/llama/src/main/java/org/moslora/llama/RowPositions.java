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
    static RowPositions following(int[] lengths, int[] past) {
        int[] positions = IntStream.range(0, lengths.length)
                .flatMap(i -> IntStream.range(past[i], past[i] + lengths[i]))
                .toArray();
        return new RowPositions(List.of(positions));
    }

    int largest() {
        return axes.stream().flatMapToInt(Arrays::stream).max().orElse(0);
    }

    /** All axes one after the other. */
    int[] joined() {
        return axes.stream().flatMapToInt(Arrays::stream).toArray();
    }
}
