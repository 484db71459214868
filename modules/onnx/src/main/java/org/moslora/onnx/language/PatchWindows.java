package org.moslora.onnx.language;

import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;
import org.moslora.onnx.graph.Rows;
import org.moslora.qwen.QwenVision;

/**
 * Windows of a tower's rows, each with slots for side² of them; at the edges of a picture some stay empty.
 *
 * @param count of windows, a vector of one number
 * @param slots the row in each slot, window by window; some row where it is empty
 * @param empty which slots are, [windows, 1, 1, side²]
 * @param places the slot of each row
 */
record PatchWindows(GraphValue count, GraphValue slots, GraphValue empty, GraphValue places) {
    /** Windows of rows that lie so. */
    static PatchWindows of(Operators ops, QwenVision vision, GraphValue grid, PatchPlaces rows) {
        long length = (long) vision.window() * vision.merge();
        GraphValue side = ops.vector(length);
        GraphValue across = whole(ops, PatchPlaces.column(ops, grid, 2), side);
        GraphValue still = ops.times(across, whole(ops, PatchPlaces.column(ops, grid, 1), side));
        GraphValue each = ops.times(PatchPlaces.column(ops, grid, 0), still);
        GraphValue before = ops.gather(ops.minus(ops.running(each), each), rows.picture());
        GraphValue down = ops.times(ops.over(rows.line(), side), ops.gather(across, rows.picture()));
        GraphValue own = ops.add(down, ops.over(rows.column(), side));
        GraphValue earlier = ops.times(rows.time(), ops.gather(still, rows.picture()));
        GraphValue window = ops.add(ops.add(before, earlier), own);
        GraphValue inside = ops.add(
                ops.times(PatchPlaces.rest(ops, rows.line(), side), side), PatchPlaces.rest(ops, rows.column(), side));
        GraphValue places = ops.add(ops.times(window, ops.vector(length * length)), inside);
        GraphValue count = ops.unsqueeze(ops.sum(each, 0), 0);
        GraphValue filled = filled(ops, ops.times(count, ops.vector(length * length)), places);
        GraphValue empty = ops.reshape(ops.less(filled, ops.vector(1L)), -1, 1, 1, length * length);
        GraphValue slots = ops.clipped(ops.minus(filled, ops.vector(1L)), 0, Long.MAX_VALUE);
        return new PatchWindows(count, slots, empty, places);
    }

    /** How many windows lie along a side, the last perhaps not whole. */
    private static GraphValue whole(Operators ops, GraphValue patches, GraphValue side) {
        return ops.over(ops.add(patches, ops.minus(side, ops.vector(1L))), side);
    }

    /** In each slot one more than its row, 0 where there is none. */
    private static GraphValue filled(Operators ops, GraphValue slots, GraphValue places) {
        GraphValue none = ops.expand(ops.vector(0L), slots, Axis.unknown());
        GraphValue last = ops.add(ops.sizes(places, 0, 1), ops.vector(1L));
        return new Rows(ops).put(none, places, ops.range(ops.vector(1L), last));
    }
}
