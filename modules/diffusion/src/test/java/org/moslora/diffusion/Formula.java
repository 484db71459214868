package org.moslora.diffusion;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.moslora.layers.Arena;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * Tensors that follow from their names, so that the reference numbers beside the tests need no weights: entry i is
 * cos(h + 0.7·i + 0.013·i²), h the name's CRC-32 modulo 1000, scaled by what kind of tensor it is.
 */
public record Formula(SortedMap<String, List<Long>> shapes) implements WeightSource {
    /** A source with these shapes. */
    public static Formula of(Map<String, List<Long>> shapes) {
        return new Formula(Collections.unmodifiableSortedMap(new TreeMap<>(shapes)));
    }

    /** Entries of a tensor, all times {@code scale}. */
    public static float[] values(String name, long count, double scale) {
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        double start = sum.getValue() % 1000;
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (Math.cos(start + 0.7 * i + 0.013 * i * i) * scale);
        }
        return values;
    }

    /** An array of unscaled entries. */
    public static NDArray array(Arena arena, String name, long... shape) {
        long count = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return arena.floats(values(name, count, 1), shape);
    }

    /** Entries of a model's weight. */
    public static float[] weight(String name, List<Long> shape) {
        long count = shape.stream().reduce(1L, (a, b) -> a * b);
        if (name.endsWith(".bias")) {
            return values(name, count, 0.1);
        }
        if (name.contains("norm") && shape.size() == 1) {
            float[] values = values(name, count, 0.2);
            for (int i = 0; i < values.length; i++) {
                values[i] += 1;
            }
            return values;
        }
        if (name.contains("embedding.weight")) {
            return values(name, count, 0.5);
        }
        return values(name, count, 1.4 / Math.sqrt((double) count / shape.get(0)));
    }

    @Override
    public Set<String> names() {
        return shapes.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        return new TensorInfo(name, DType.F32, shapes.get(name));
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        float[] values = weight(name, shapes.get(name));
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return List.of(bytes);
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public Path file(String name) {
        return origin();
    }

    @Override
    public Path origin() {
        return Path.of("formula");
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
