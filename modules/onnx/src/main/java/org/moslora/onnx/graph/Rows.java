package org.moslora.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Operators on rows, the first axis, by places that only a run knows. */
public final class Rows {
    private final Operators ops;
    private final Graph graph;

    /** Operators that add to a graph. */
    public Rows(Operators ops) {
        this.ops = ops;
        this.graph = ops.graph();
    }

    /** Rows from one place to another, both vectors of one number. */
    public GraphValue stretch(GraphValue x, GraphValue from, GraphValue to) {
        return graph.node("Slice", x, from, to, ops.vector(0L)).makes(x.element(), otherRows(x));
    }

    /** The rows for which a condition holds. */
    public GraphValue where(GraphValue condition, GraphValue x) {
        return graph.node("Compress", x, condition).with("axis", 0).makes(x.element(), otherRows(x));
    }

    /** A vector with other entries at some places. */
    public GraphValue put(GraphValue into, GraphValue places, GraphValue entries) {
        return graph.node("ScatterElements", into, places, entries)
                .with("axis", 0)
                .makes(into.element(), into.axes());
    }

    /**
     * Rows that are made some at a time, one after the other, so that what is needed on the way is there once.
     *
     * @param count how many times, a vector of one number
     * @param like x whose rows these could be
     * @param made what the number of the time, a vector as well, gives
     */
    public GraphValue oneByOne(GraphValue count, GraphValue like, UnaryOperator<GraphValue> made) {
        GraphValue none = stretch(like, ops.vector(0L), ops.vector(0L));
        GraphValue number = new GraphValue(graph.freshName("number"), Element.LONG, List.of());
        GraphValue on = new GraphValue(graph.freshName("on"), Element.BOOL, List.of());
        GraphValue before = new GraphValue(graph.freshName("before"), none.element(), none.axes());
        GraphProto body = graph.apart("rows", List.of(number, on, before), () -> {
            GraphValue again = graph.node("Identity", on).makes(Element.BOOL);
            return List.of(again, ops.concat(0, before, made.apply(ops.unsqueeze(number, 0))));
        });
        return graph.node("Loop", ops.scalar(count), null, none)
                .with("body", body)
                .makes(none.element(), none.axes());
    }

    private static List<Axis> otherRows(GraphValue x) {
        List<Axis> axes = new ArrayList<>(x.axes());
        axes.set(0, Axis.unknown());
        return axes;
    }
}
