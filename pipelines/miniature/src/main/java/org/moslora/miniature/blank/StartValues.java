package org.moslora.miniature.blank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.moslora.tensors.TensorData;

/**
 * What weights are before the first step. Linears and convolutions begin as PyTorch's do, even within ±1/√inputs; tables
 * normal and small; norms as the identity; biases at zero.
 */
public final class StartValues {
    private static final double TABLE = 0.02;

    private final long seed;

    /** @param seed of everything random; a tensor's values depend on it and on the tensor's name alone */
    public StartValues(long seed) {
        this.seed = seed;
    }

    /** Start values of tensors by name and shape. */
    public List<TensorData> of(Map<String, List<Long>> shapes) {
        List<TensorData> tensors = new ArrayList<>();
        shapes.forEach((name, shape) -> tensors.add(TensorData.of(name, shape, values(name, shape))));
        return tensors;
    }

    /** Start values of one tensor. */
    public float[] values(String name, List<Long> shape) {
        int count = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        float[] values = new float[count];
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + name.hashCode());
        boolean table = name.contains("embedding") && !name.contains("patch_embedding");
        if (table || name.contains("embed_tokens")) {
            normal(values, TABLE, random);
        } else if (shape.size() == 1) {
            Arrays.fill(values, name.endsWith(".bias") ? 0 : 1);
        } else {
            even(values, Math.sqrt((double) shape.get(0) / count), random);
        }
        return values;
    }

    /**
     * A square matrix that has some of the identity in it: what goes through it comes out partly as it was.
     *
     * @param identity how much of it
     * @param noise how much of what {@link #values} would be
     */
    public float[] nearIdentity(String name, int width, double identity, double noise) {
        float[] values = values(name, List.of((long) width, (long) width));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (noise * values[i] + (i / width == i % width ? identity : 0));
        }
        return values;
    }

    private static void normal(float[] values, double deviation, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
    }

    private static void even(float[] values, double bound, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
    }
}
