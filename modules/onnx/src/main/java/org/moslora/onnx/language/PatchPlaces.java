package org.moslora.onnx.language;

import java.util.List;
import org.moslora.llama.Rope;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;
import org.moslora.onnx.graph.Rows;
import org.moslora.qwen.QwenVision;

/**
 * Where the rows of a tower lie that sees pictures at their own resolution: patches of one token together, tokens line by
 * line, pictures one after the other; all of it from the pictures' grids, as the graph runs.
 *
 * @param ops of the graph
 * @param vision the tower's shape
 * @param picture which each row is of, [n]
 * @param time in it, where it has several
 * @param start the first row of those
 * @param line each row's line in it
 * @param column each row's column in it
 * @param height lines of each row's picture
 * @param width its columns
 */
record PatchPlaces(
        Operators ops,
        QwenVision vision,
        GraphValue picture,
        GraphValue time,
        GraphValue start,
        GraphValue line,
        GraphValue column,
        GraphValue height,
        GraphValue width) {
    private static final double BASE = 10_000;

    /**
     * Places of the rows of some pictures.
     *
     * @param grid [pictures, 3]: how many in time, lines, columns of patches
     * @param count rows, as a vector
     */
    static PatchPlaces of(Operators ops, QwenVision vision, GraphValue grid, GraphValue count) {
        GraphValue lines = column(ops, grid, 1);
        GraphValue columns = column(ops, grid, 2);
        GraphValue still = ops.times(lines, columns);
        GraphValue each = ops.times(column(ops, grid, 0), still);
        GraphValue ends = ops.running(each);
        GraphValue row = ops.range(ops.vector(0L), count);
        GraphValue before = ops.less(ops.unsqueeze(row, 1), ops.unsqueeze(ends, 0));
        GraphValue left = ops.sum(ops.cast(before, Element.LONG), 1);
        GraphValue picture = ops.minus(ops.sizes(grid, 0, 1), left); // [n]
        GraphValue area = ops.gather(still, picture);
        GraphValue inside = ops.minus(row, ops.gather(ops.minus(ends, each), picture));
        GraphValue own = rest(ops, inside, area); // a picture more in time sees itself alone
        GraphValue merge = ops.vector((long) vision.merge());
        GraphValue unit = ops.vector((long) vision.merge() * vision.merge());
        GraphValue token = ops.over(own, unit);
        GraphValue part = rest(ops, own, unit);
        GraphValue across = ops.over(ops.gather(columns, picture), merge);
        GraphValue down = ops.over(token, across);
        return new PatchPlaces(
                ops,
                vision,
                picture,
                ops.over(inside, area),
                ops.minus(row, own),
                ops.add(ops.times(down, merge), ops.over(part, merge)),
                ops.add(ops.times(rest(ops, token, across), merge), rest(ops, part, merge)),
                ops.gather(lines, picture),
                ops.gather(columns, picture));
    }

    /** A number of every picture: how many in time, lines, columns. */
    static GraphValue column(Operators ops, GraphValue grid, int which) {
        return ops.reshape(ops.slice(grid, 1, which, which + 1), -1);
    }

    /** What is left of x after as many whole y as there are in it. */
    static GraphValue rest(Operators ops, GraphValue x, GraphValue y) {
        return ops.minus(x, ops.times(ops.over(x, y), y));
    }

    /** Angles of a head's pairs, [n, d/2]: the first half goes by the line, the other by the column. */
    GraphValue angles() {
        int half = vision.width() / vision.heads() / 2;
        GraphValue turns = ops.vector(RotaryAngles.of(new Rope("default", BASE, List.of()), half));
        GraphValue down = ops.times(ops.unsqueeze(ops.cast(line, Element.FLOAT), 1), turns);
        GraphValue right = ops.times(ops.unsqueeze(ops.cast(column, Element.FLOAT), 1), turns);
        return ops.concat(1, down, right);
    }

    /** Where each picture's rows begin and, at last, where they end; each time of a picture counts as one. */
    GraphValue bounds() {
        GraphValue row = ops.range(ops.vector(0L), ops.sizes(start, 0, 1));
        return ops.concat(0, new Rows(ops).where(ops.equal(row, start), row), ops.sizes(start, 0, 1));
    }

    /** What a table of positions has at each row's place, bilinearly between four of its own, [n, width]. */
    GraphValue read(GraphValue table) {
        Corner down = corner(line, height);
        Corner right = corner(column, width);
        GraphValue sum = null;
        for (boolean lower : new boolean[] {false, true}) {
            for (boolean later : new boolean[] {false, true}) {
                GraphValue at = ops.add(ops.times(down.of(lower), side()), right.of(later));
                GraphValue share = ops.times(down.share(ops, lower), right.share(ops, later));
                GraphValue part = ops.times(ops.cast(ops.gather(table, at), Element.FLOAT), ops.unsqueeze(share, 1));
                sum = sum == null ? part : ops.add(sum, part);
            }
        }
        return java.util.Objects.requireNonNull(sum);
    }

    private GraphValue side() {
        return ops.vector((long) vision.places());
    }

    /** The two of the table's places between which a row lies along a side, and the second's share. */
    private record Corner(GraphValue first, GraphValue second, GraphValue share) {
        GraphValue of(boolean later) {
            return later ? second : first;
        }

        GraphValue share(Operators ops, boolean later) {
            return later ? share : ops.add(ops.times(share, -1), 1);
        }
    }

    private Corner corner(GraphValue number, GraphValue count) {
        GraphValue one = ops.vector(1L);
        GraphValue single = ops.cast(ops.less(count, ops.vector(2L)), Element.LONG);
        GraphValue steps = ops.cast(ops.add(ops.minus(count, one), single), Element.FLOAT);
        GraphValue last = ops.vector((float) (vision.places() - 1));
        GraphValue place = ops.times(ops.cast(number, Element.FLOAT), ops.over(last, steps));
        GraphValue first = ops.cast(place, Element.LONG);
        GraphValue more = ops.cast(ops.less(first, ops.vector(vision.places() - 1L)), Element.LONG);
        return new Corner(first, ops.add(first, more), ops.minus(place, ops.cast(first, Element.FLOAT)));
    }
}
