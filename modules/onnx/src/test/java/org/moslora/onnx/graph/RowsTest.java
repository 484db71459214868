package org.moslora.onnx.graph;

import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.graph.GraphTrial.made;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows by places that only a run knows: stretches, choices, entries put elsewhere, and rows made one after the other. */
final class RowsTest {
    private final PlainArray x = PlainArray.random(1, 6, 2);

    private PlainArray rows(int from, int to) {
        return PlainArray.filled(i -> x.at(i[0] + from, i[1]), to - from, 2);
    }

    @Test
    void aStretchGoesFromOnePlaceToAnother() {
        for (int from = 0; from <= 6; from += 2) {
            for (int to = from; to <= 6; to += 3) {
                PlainArray begin = PlainArray.of(from);
                PlainArray end = PlainArray.of(to);
                PlainArray made = made(t -> new Rows(t.ops).stretch(t.known(x), t.wholes(begin), t.wholes(end)));
                assertAlike(made, rows(from, to));
            }
        }
    }

    @Test
    void rowsAreThoseForWhichAConditionHolds() {
        PlainArray kept = PlainArray.of(0, 1, 0, 0, 1, 1);
        assertAlike(
                made(t -> new Rows(t.ops).where(t.ops.equal(t.wholes(kept), t.ops.vector(1L)), t.known(x))),
                PlainArray.filled(i -> x.at(new int[] {1, 4, 5}[i[0]], i[1]), 3, 2));
        assertAlike(
                made(t -> new Rows(t.ops).where(t.ops.equal(t.wholes(kept), t.ops.vector(2L)), t.known(x))),
                rows(0, 0));
    }

    @Test
    void entriesArePutWhereTheyAreWantedAndOthersStay() {
        PlainArray into = PlainArray.of(9, 9, 9, 9);
        assertAlike(
                made(t -> new Rows(t.ops)
                        .put(t.wholes(into), t.wholes(PlainArray.of(3, 0)), t.wholes(PlainArray.of(5, -1)))),
                PlainArray.of(-1, 9, 9, 5));
        PlainArray none = PlainArray.random(1, 0);
        assertAlike(made(t -> new Rows(t.ops).put(t.wholes(into), t.wholes(none), t.wholes(none))), into);
    }

    /** Each time one row, twice as large as there, together as many as times. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 6})
    void rowsAreMadeOneAfterTheOther(int times) {
        PlainArray count = PlainArray.of(times);
        PlainArray made = made(t -> {
            GraphValue all = t.known(x);
            return new Rows(t.ops).oneByOne(t.wholes(count), all, number -> t.ops.times(t.ops.gather(all, number), 2));
        });
        assertAlike(made, rows(0, times).each(value -> 2 * value));
    }

    /** Stretches of different lengths, which see what stands around the repeated part. */
    @Test
    void whatIsMadeEachTimeMayDifferInLength() {
        PlainArray bounds = PlainArray.of(0, 3, 3, 4, 6);
        PlainArray made = made(t -> {
            Rows rows = new Rows(t.ops);
            GraphValue all = t.known(x);
            GraphValue ends = t.wholes(bounds);
            return rows.oneByOne(t.ops.vector(4L), all, number -> {
                GraphValue from = t.ops.gather(ends, number);
                GraphValue to = t.ops.gather(ends, t.ops.add(number, t.ops.vector(1L)));
                GraphValue part = rows.stretch(all, from, to);
                return t.ops.add(part, t.ops.cast(t.ops.unsqueeze(number, 1), Element.FLOAT));
            });
        });
        int[] number = {0, 0, 0, 2, 3, 3};
        assertAlike(made, PlainArray.filled(i -> x.at(i) + number[i[0]], 6, 2));
    }
}
