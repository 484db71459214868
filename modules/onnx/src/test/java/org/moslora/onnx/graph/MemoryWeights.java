package org.moslora.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/** Weights of a test's model, in memory. */
public final class MemoryWeights implements WeightSource {
    private final SortedMap<String, PlainArray> tensors = new TreeMap<>();

    /** With one tensor more. */
    public MemoryWeights with(String name, PlainArray values) {
        tensors.put(name, values);
        return this;
    }

    /** Random ones of these shapes, norms about one; matrices leave numbers about as large as they were. */
    public static MemoryWeights random(Map<String, List<Long>> shapes) {
        MemoryWeights weights = new MemoryWeights();
        Random random = new Random(17);
        new TreeMap<>(shapes).forEach((name, shape) -> {
            double middle = name.matches(".*norm[^.]*\\.weight") ? 1 : 0;
            long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
            long inputs = java.util.Arrays.stream(sizes).skip(1).reduce(1, (a, b) -> a * b);
            double size = sizes.length < 2 ? 0.3 : 1 / Math.sqrt(inputs);
            weights.with(name, PlainArray.filled(index -> (float) (middle + size * random.nextGaussian()), sizes));
        });
        return weights;
    }

    /** A tensor as it is written into a graph. */
    public TensorData data(String name, Element stored) {
        return TensorData.of(name, info(name).shape(), tensor(name).floats(), stored.stored());
    }

    /** The numbers of one. */
    public PlainArray tensor(String name) {
        PlainArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidInput("memory", "has no " + name);
        }
        return tensor;
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        List<Long> shape = java.util.Arrays.stream(tensor(name).shape()).boxed().toList();
        return new TensorInfo(name, DType.F32, shape);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        float[] values = tensor(name).floats();
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return List.of(bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
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
        return Path.of("memory");
    }

    @Override
    public void close() {
        // There is nothing to let go of.
    }
}
