package org.moslora.onnx.adapter;

import java.util.List;

/**
 * One half of a pair as a graph takes it.
 *
 * @param name the graph's input
 * @param dims its shape; down [in, r] or [r, in, kh, kw], up [r, out] or [out, r, 1, 1]
 * @param values in row-major order
 */
@SuppressWarnings("ArrayRecordComponent") // handed to files and sessions, never compared
public record GraphFactor(String name, List<Long> dims, float[] values) {
    private static final String UP = ".lora_B.weight";

    public GraphFactor {
        dims = List.copyOf(dims);
        long count = dims.stream().reduce(1L, Math::multiplyExact);
        if (count != values.length || dims.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException(name + " " + dims + " has " + values.length + " values");
        }
    }

    /** Whether it is the outer half, whose scaling scales the pair. */
    public boolean isUp() {
        return name.endsWith(UP);
    }

    /** How many rows or columns it has beside each other. */
    public long rank() {
        return dims.get(rankAxis());
    }

    /** The axis of the rank. */
    int rankAxis() {
        return dims.size() == 4 ? (isUp() ? 1 : 0) : isUp() ? 0 : 1;
    }

    /** Times a number. */
    public GraphFactor times(double factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (values[i] * factor);
        }
        return new GraphFactor(name, dims, scaled);
    }

    /** This and another one of the same name beside it along the rank. */
    public GraphFactor beside(GraphFactor other) {
        int axis = rankAxis();
        long outer = dims.subList(0, axis).stream().reduce(1L, (a, b) -> a * b);
        int own = (int) (values.length / outer);
        int others = (int) (other.values.length / outer);
        float[] all = new float[values.length + other.values.length];
        for (int i = 0; i < outer; i++) {
            System.arraycopy(values, i * own, all, i * (own + others), own);
            System.arraycopy(other.values, i * others, all, i * (own + others) + own, others);
        }
        List<Long> shape = new java.util.ArrayList<>(dims);
        shape.set(axis, dims.get(axis) + other.dims.get(axis));
        return new GraphFactor(name, shape, all);
    }
}
