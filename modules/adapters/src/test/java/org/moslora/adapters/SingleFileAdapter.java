package org.moslora.adapters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** A single-file adapter being put together, to be written right or wrong, with its values at hand. */
final class SingleFileAdapter {
    final Map<String, Matrix> values = new LinkedHashMap<>();
    final Map<String, List<Long>> shapes = new LinkedHashMap<>();
    final Map<String, String> metadata = new LinkedHashMap<>(Map.of("format", "pt"));
    private final Random random;

    SingleFileAdapter(long seed) {
        this.random = new Random(seed);
    }

    /** A tensor with random values. */
    SingleFileAdapter put(String key, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        int rows = shape.length == 0 ? 1 : (int) shape[0];
        values.put(key, Matrix.random(random, rows, count / Math.max(1, rows)));
        shapes.put(key, Arrays.stream(shape).boxed().toList());
        return this;
    }

    /** A single number. */
    SingleFileAdapter number(String key, float value) {
        values.put(key, Matrix.of(1, 1, new float[] {value}));
        shapes.put(key, List.of());
        return this;
    }

    SingleFileAdapter without(String key) {
        values.remove(key);
        return this;
    }

    Matrix value(String key) {
        return values.get(key);
    }

    Path write(Path file) {
        return write(file, DType.F32);
    }

    Path write(Path file, DType type) {
        List<TensorData> tensors = new ArrayList<>();
        values.forEach((key, value) -> tensors.add(TensorData.of(key, shapes.get(key), value.floats(), type)));
        SafetensorsWriter.write(file, tensors, metadata);
        return file;
    }
}
