package org.moslora.onnx.graph;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Numbers on several axes in plain loops: what graphs are given, and what they are compared with.
 *
 * @param shape sizes of the axes
 * @param values row by row
 */
@SuppressWarnings("ArrayRecordComponent") // read in place, never compared
public record PlainArray(long[] shape, double[] values) {
    /** Numbers that follow from their index. */
    public static PlainArray filled(ToDoubleFunction<int[]> entry, long... shape) {
        double[] values = new double[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = entry.applyAsDouble(index(i, shape));
        }
        return new PlainArray(shape, values);
    }

    /** Random numbers that a float holds. */
    public static PlainArray random(long seed, long... shape) {
        Random random = new Random(seed);
        return filled(index -> (float) random.nextGaussian(), shape);
    }

    /** A vector. */
    public static PlainArray of(double... values) {
        return new PlainArray(new long[] {values.length}, values);
    }

    private static int[] index(int place, long... shape) {
        int[] index = new int[shape.length];
        int rest = place;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % (int) shape[axis];
            rest /= (int) shape[axis];
        }
        return index;
    }

    /** An entry. */
    public double at(int... index) {
        int place = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            place = place * (int) shape[axis] + index[axis];
        }
        return values[place];
    }

    /** How long an axis is. */
    public int size(int axis) {
        return (int) shape[axis];
    }

    /** A function of every entry. */
    public PlainArray each(DoubleUnaryOperator function) {
        return new PlainArray(shape, Arrays.stream(values).map(function).toArray());
    }

    /** The same numbers in another shape. */
    public PlainArray shaped(long... other) {
        return new PlainArray(other, values);
    }

    /** Entry by entry with another one, axes of size 1 repeated, missing ones put in front. */
    public PlainArray with(PlainArray other, DoubleBinaryOperator operator) {
        int rank = Math.max(shape.length, other.shape.length);
        long[] sizes = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long own = i > shape.length ? 1 : shape[shape.length - i];
            long others = i > other.shape.length ? 1 : other.shape[other.shape.length - i];
            sizes[rank - i] = own == 1 ? others : own;
        }
        return filled(index -> operator.applyAsDouble(repeated(index), other.repeated(index)), sizes);
    }

    private double repeated(int... index) {
        int[] own = new int[shape.length];
        for (int axis = 0; axis < own.length; axis++) {
            own[axis] = shape[axis] == 1 ? 0 : index[axis + index.length - own.length];
        }
        return at(own);
    }

    /** The numbers as floats. */
    public float[] floats() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
