package org.moslora.onnx.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operators of ONNX with their shapes checked, as far as these are known before a run. */
public final class Operators {
    private static final long LAST = Long.MAX_VALUE;

    private final Graph graph;

    /** Operators that add to a graph. */
    public Operators(Graph graph) {
        this.graph = graph;
    }

    /** The graph. */
    public Graph graph() {
        return graph;
    }

    /** x + y, smaller shapes repeated. */
    public GraphValue add(GraphValue x, GraphValue y) {
        return both("Add", x, y);
    }

    /** x · y, entry by entry. */
    public GraphValue times(GraphValue x, GraphValue y) {
        return both("Mul", x, y);
    }

    /** x · factor. */
    public GraphValue times(GraphValue x, double factor) {
        return times(x, like(x, factor));
    }

    /** x + summand. */
    public GraphValue add(GraphValue x, double summand) {
        return add(x, like(x, summand));
    }

    /** x / y, entry by entry. */
    public GraphValue over(GraphValue x, GraphValue y) {
        return both("Div", x, y);
    }

    /** x ^ exponent. */
    public GraphValue power(GraphValue x, double exponent) {
        return both("Pow", x, like(x, exponent));
    }

    /** A function of every entry: Sigmoid, Erf, Sqrt, Cos, Sin, Tanh, Relu. */
    public GraphValue each(String operator, GraphValue x) {
        return graph.node(operator, x).makes(x.element(), x.axes());
    }

    /** Where {@code x < y}. */
    public GraphValue less(GraphValue x, GraphValue y) {
        return graph.node("Less", x, y).makes(Element.BOOL, broadcast("Less", x, y));
    }

    /** Where x = y. */
    public GraphValue equal(GraphValue x, GraphValue y) {
        return graph.node("Equal", x, y).makes(Element.BOOL, broadcast("Equal", x, y));
    }

    /** Where x or y. */
    public GraphValue or(GraphValue x, GraphValue y) {
        return both("Or", x, y);
    }

    /** One number where a condition holds and another where not. */
    public GraphValue choose(GraphValue condition, float then, float otherwise) {
        return graph.node("Where", condition, number(then), number(otherwise)).makes(Element.FLOAT, condition.axes());
    }

    /** The same numbers in another format. */
    public GraphValue cast(GraphValue x, Element element) {
        return x.element() == element
                ? x
                : graph.node("Cast", x).with("to", element.code()).makes(element, x.axes());
    }

    /** Matrix product over the last two axes; axes before them are repeated where they are 1. */
    public GraphValue matMul(GraphValue x, GraphValue y) {
        check(x.axis(-1).fits(y.axis(-2)), "MatMul", x, y);
        List<Axis> axes = new ArrayList<>();
        int rank = Math.max(x.rank(), y.rank());
        for (int i = rank; i > 2; i--) {
            axes.add(at(x, i).broadcast(at(y, i)));
        }
        axes.add(x.axis(-2));
        axes.add(y.axis(-1));
        return graph.node("MatMul", x, y).makes(x.element(), axes);
    }

    /** Softmax over the last axis. */
    public GraphValue softmax(GraphValue x) {
        return graph.node("Softmax", x).with("axis", -1).makes(x.element(), x.axes());
    }

    /** The mean over the last axis, which stays as 1. */
    public GraphValue mean(GraphValue x) {
        List<Axis> axes = new ArrayList<>(x.axes());
        axes.set(axes.size() - 1, Axis.of(1));
        return graph.node("ReduceMean", x)
                .with("axes", new long[] {-1})
                .with("keepdims", 1)
                .makes(x.element(), axes);
    }

    /** The sum over an axis, which goes; whole numbers or floats. */
    public GraphValue sum(GraphValue x, int axis) {
        List<Axis> axes = new ArrayList<>(x.axes());
        axes.remove(axis);
        return graph.node("ReduceSum", x, vector((long) axis))
                .with("keepdims", 0)
                .makes(x.element(), axes);
    }

    /** Sums of a vector's entries up to each. */
    public GraphValue running(GraphValue x) {
        return graph.node("CumSum", x, graph.constant(new long[] {0})).makes(x.element(), x.axes());
    }

    /** x − y, entry by entry. */
    public GraphValue minus(GraphValue x, GraphValue y) {
        return both("Sub", x, y);
    }

    /** Axes in another order. */
    public GraphValue transpose(GraphValue x, int... order) {
        check(order.length == x.rank(), "Transpose", x);
        List<Axis> axes = Arrays.stream(order).mapToObj(x::axis).toList();
        return graph.node("Transpose", x)
                .with("perm", Arrays.stream(order).asLongStream().toArray())
                .makes(x.element(), axes);
    }

    /** Another shape: 0 keeps an axis, -1 takes what is left. */
    public GraphValue reshape(GraphValue x, long... shape) {
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            axes.add(shape[i] == 0 ? x.axis(i) : shape[i] < 0 ? Axis.unknown() : Axis.of(shape[i]));
        }
        return graph.node("Reshape", x, vector(shape)).makes(x.element(), axes);
    }

    /** A shape that the run computes. */
    public GraphValue reshape(GraphValue x, GraphValue shape, Axis... axes) {
        return graph.node("Reshape", x, shape).makes(x.element(), axes);
    }

    /** x with axes of size 1 put in where the result has them. */
    public GraphValue unsqueeze(GraphValue x, long... places) {
        List<Axis> axes = new ArrayList<>(x.axes());
        for (long place : places) {
            axes.add((int) place, Axis.of(1));
        }
        return graph.node("Unsqueeze", x, vector(places)).makes(x.element(), axes);
    }

    /** Values one after the other along an axis. */
    public GraphValue concat(int axis, GraphValue... xs) {
        GraphValue first = xs[0];
        long size = 0;
        for (GraphValue x : xs) {
            check(x.rank() == first.rank() && x.element() == first.element(), "Concat", first, x);
            size = size < 0 || !x.axis(axis).isFixed() ? -1 : size + x.size(axis);
        }
        List<Axis> axes = new ArrayList<>(first.axes());
        axes.set(axis < 0 ? axis + axes.size() : axis, size < 0 ? Axis.unknown() : Axis.of(size));
        return graph.node("Concat", xs).with("axis", axis).makes(first.element(), axes);
    }

    /** A stretch of an axis. */
    public GraphValue slice(GraphValue x, int axis, long from, long to) {
        List<Axis> axes = new ArrayList<>(x.axes());
        int place = axis < 0 ? axis + axes.size() : axis;
        boolean known = x.axis(axis).isFixed();
        axes.set(place, known ? Axis.of(Math.min(to, x.size(axis)) - from) : Axis.unknown());
        return graph.node("Slice", x, vector(from), vector(to), vector(place)).makes(x.element(), axes);
    }

    /** An axis from an index to its end. */
    public GraphValue from(GraphValue x, int axis, long from) {
        return slice(x, axis, from, LAST);
    }

    /** The first entries of an axis, as many as a vector of one number says. */
    public GraphValue first(GraphValue x, int axis, GraphValue count) {
        List<Axis> axes = new ArrayList<>(x.axes());
        axes.set(axis, Axis.unknown());
        return graph.node("Slice", x, vector(0), count, vector(axis)).makes(x.element(), axes);
    }

    /** An axis from an index on that a vector of one number says. */
    public GraphValue after(GraphValue x, int axis, GraphValue start) {
        List<Axis> axes = new ArrayList<>(x.axes());
        axes.set(axis, Axis.unknown());
        return graph.node("Slice", x, start, vector(LAST), vector(axis)).makes(x.element(), axes);
    }

    /** Whole numbers, none below one bound or above the other. */
    public GraphValue clipped(GraphValue x, long low, long high) {
        return graph.node("Clip", x, graph.constant(new long[] {low}), graph.constant(new long[] {high}))
                .makes(x.element(), x.axes());
    }

    /** Layer norm over the last axis, without weights. */
    public GraphValue norm(GraphValue x, double epsilon) {
        float[] ones = new float[Math.toIntExact(x.size(-1))];
        Arrays.fill(ones, 1);
        return graph.node("LayerNormalization", x, cast(vector(ones), x.element()))
                .with("axis", -1)
                .with("epsilon", (float) epsilon)
                .makes(x.element(), x.axes());
    }

    /** Entries of axis 0 by index. */
    public GraphValue gather(GraphValue table, GraphValue indices) {
        List<Axis> axes = new ArrayList<>(indices.axes());
        axes.addAll(table.axes().subList(1, table.rank()));
        return graph.node("Gather", table, indices).with("axis", 0).makes(table.element(), axes);
    }

    /** The sizes of axes from one to another, as a vector. */
    public GraphValue sizes(GraphValue x, int from, int to) {
        return graph.node("Shape", x).with("start", from).with("end", to).makes(Element.LONG, Axis.of(to - from));
    }

    /** 0, 1, 2, … up to a vector of one number, or from another such on. */
    public GraphValue range(GraphValue from, GraphValue to) {
        GraphValue start = scalar(from);
        GraphValue end = scalar(to);
        return graph.node("Range", start, end, graph.constant(new long[] {1})).makes(Element.LONG, Axis.unknown());
    }

    /** The index of the first largest entry of every row of a matrix. */
    public GraphValue argMax(GraphValue x) {
        return graph.node("ArgMax", x).with("axis", -1).with("keepdims", 0).makes(Element.LONG, x.axis(0));
    }

    /** x repeated to a shape that the run computes. */
    public GraphValue expand(GraphValue x, GraphValue shape, Axis... axes) {
        return graph.node("Expand", x, shape).makes(x.element(), axes);
    }

    /** Whole numbers as a vector. */
    public GraphValue vector(long... numbers) {
        return graph.constant(numbers, Axis.of(numbers.length));
    }

    /** Floats as a vector. */
    public GraphValue vector(float... numbers) {
        return graph.constant(numbers, Axis.of(numbers.length));
    }

    /** A float. */
    public GraphValue number(float number) {
        return graph.constant(new float[] {number});
    }

    GraphValue scalar(GraphValue vector) {
        return graph.node("Squeeze", vector, vector(0)).makes(vector.element());
    }

    private GraphValue like(GraphValue x, double number) {
        return cast(number((float) number), x.element());
    }

    private GraphValue both(String operator, GraphValue x, GraphValue y) {
        check(x.element() == y.element(), operator, x, y);
        return graph.node(operator, x, y).makes(x.element(), broadcast(operator, x, y));
    }

    private static List<Axis> broadcast(String operator, GraphValue x, GraphValue y) {
        List<Axis> axes = new ArrayList<>();
        for (int i = Math.max(x.rank(), y.rank()); i > 0; i--) {
            Axis one = at(x, i);
            Axis other = at(y, i);
            check(one.fits(other) || one.size() == 1 || other.size() == 1, operator, x, y);
            axes.add(one.broadcast(other));
        }
        return axes;
    }

    /** The axis that stands so far from the end, 1 where there is none. */
    private static Axis at(GraphValue x, int fromEnd) {
        return fromEnd <= x.rank() ? x.axis(-fromEnd) : Axis.of(1);
    }

    static void check(boolean fits, String operator, GraphValue... values) {
        if (!fits) {
            throw new IllegalStateException(operator + " of " + Arrays.toString(values) + " does not fit");
        }
    }
}
