package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Random;
import org.moslora.tensors.HalfFloats;

/** Numbers with a shape, on the Java side. */
record Values(float[] data, long... shape) {
    static Values zeros(long... shape) {
        return new Values(new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape);
    }

    /** Normal numbers around {@code mean}. */
    static Values random(Random random, double mean, double deviation, long... shape) {
        Values made = zeros(shape);
        for (int i = 0; i < made.data.length; i++) {
            made.data[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return made;
    }

    /** What an array holds, whatever its format. */
    static Values of(NDArray array) {
        if (array.getDataType() == DataType.FLOAT32) {
            return new Values(array.toFloatArray(), array.getShape().getShape());
        }
        try (Arena arena = Cpu.arena()) {
            NDArray wide = Kernels.get().one(arena, "converted", array, Precision.FP32.scalarType(), "cpu");
            return new Values(wide.toFloatArray(), array.getShape().getShape());
        }
    }

    /** Each as near as bfloat16 can hold it. */
    Values rounded() {
        float[] near = data.clone();
        for (int i = 0; i < near.length; i++) {
            near[i] = HalfFloats.fromBfloat16(HalfFloats.toBfloat16(near[i]));
        }
        return new Values(near, shape);
    }

    NDArray in(Arena arena) {
        return arena.floats(data, shape);
    }

    NDArray in(Arena arena, Precision precision) {
        return Kernels.get().one(arena, "converted", in(arena), precision.scalarType(), "cpu");
    }

    /** These plus {@code step} times others. */
    Values plus(double step, float[] direction) {
        float[] moved = data.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (step * direction[i]);
        }
        return new Values(moved, shape);
    }

    double dot(float[] other) {
        double sum = 0;
        for (int i = 0; i < data.length; i++) {
            sum += (double) data[i] * other[i];
        }
        return sum;
    }

    double largest() {
        double largest = 0;
        for (float value : data) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** The largest difference as a share of the largest entry of {@code expected}. */
    double distance(Values expected) {
        assertThat(shape).as("shape").isEqualTo(expected.shape);
        double largest = 0;
        for (int i = 0; i < data.length; i++) {
            double difference = Math.abs((double) data[i] - expected.data[i]);
            largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
        }
        return largest / Math.max(expected.largest(), 1e-30);
    }

    /** The size of the difference as a share of the size of {@code expected}. */
    double share(Values expected) {
        assertThat(shape).as("shape").isEqualTo(expected.shape);
        float[] difference = plus(-1, expected.data).data;
        double size = Math.sqrt(new Values(difference).dot(difference));
        return size / Math.max(Math.sqrt(expected.dot(expected.data)), 1e-30);
    }

    void mustBe(String name, Values expected, double tolerance) {
        assertThat(distance(expected)).as(name).isLessThanOrEqualTo(tolerance);
    }

    /** As {@link #mustBe}, for bfloat16: by the size of the whole tensor, since single entries can be unlucky. */
    void mustBeNear(String name, Values expected, double tolerance) {
        assertThat(share(expected)).as(name).isLessThanOrEqualTo(tolerance);
    }
}
