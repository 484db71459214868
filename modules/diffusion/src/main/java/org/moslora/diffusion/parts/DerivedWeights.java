package org.moslora.diffusion.parts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * A source whose tensors are cut out of, reshaped from or transposed from those of another. Slices stay mapped; only
 * matrices that are transposed or whose halves change places are copied.
 *
 * @param source what they come from; closing this closes it
 * @param derivations how each comes about, by its name here
 */
public record DerivedWeights(WeightSource source, SortedMap<String, Derivation> derivations) implements WeightSource {
    /** Copies the derivations. */
    public DerivedWeights {
        derivations = Collections.unmodifiableSortedMap(new TreeMap<>(derivations));
    }

    @Override
    public Set<String> names() {
        return derivations.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        Derivation derivation = derivation(name);
        return new TensorInfo(name, source.info(derivation.source()).dtype(), derivation.shape());
    }

    @Override
    public DType stored(String name) {
        return source.stored(derivation(name).source());
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        Derivation derivation = derivation(name);
        TensorInfo info = info(name);
        List<ByteBuffer> all = source.bytes(derivation.source());
        if (derivation.transposed()) {
            return List.of(transposed(all, source.info(derivation.source())));
        }
        long skip = derivation.skip() * info.dtype().bytes();
        if (derivation.exchanged()) {
            long half = info.byteSize() / 2;
            return List.of(joined(slice(all, skip + half, half), slice(all, skip, half)));
        }
        return slice(all, skip, info.byteSize());
    }

    @Override
    public Map<String, String> metadata() {
        return source.metadata();
    }

    @Override
    public Path file(String name) {
        return source.file(derivation(name).source());
    }

    /** What is one of several in a tensor has no name there. */
    @Override
    public String spelled(String name) {
        String own = derivation(name).source();
        boolean whole = source.info(own).elements() == info(name).elements();
        return whole ? source.spelled(own) : name;
    }

    @Override
    public Path origin() {
        return source.origin();
    }

    @Override
    public void close() {
        source.close();
    }

    private static List<ByteBuffer> slice(List<ByteBuffer> pieces, long skip, long size) {
        List<ByteBuffer> slices = new ArrayList<>();
        long start = 0;
        for (ByteBuffer piece : pieces) {
            long end = start + piece.remaining();
            long from = Math.max(start, skip);
            long to = Math.min(end, skip + size);
            if (from < to) {
                slices.add(piece.slice((int) (from - start), (int) (to - from)).order(ByteOrder.LITTLE_ENDIAN));
            }
            start = end;
        }
        return List.copyOf(slices);
    }

    /** Few tensors are exchanged, and none is large. */
    private static ByteBuffer joined(List<ByteBuffer> first, List<ByteBuffer> second) {
        int size = Stream.of(first, second)
                .flatMap(List::stream)
                .mapToInt(ByteBuffer::remaining)
                .sum();
        ByteBuffer made = ByteBuffer.allocateDirect(size);
        first.forEach(made::put);
        second.forEach(made::put);
        return readable(made);
    }

    private static ByteBuffer readable(ByteBuffer made) {
        return made.flip().order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer transposed(List<ByteBuffer> pieces, TensorInfo info) {
        int width = info.dtype().bytes();
        int rows = Math.toIntExact(info.shape().get(0));
        int columns = Math.toIntExact(info.shape().get(1));
        ByteBuffer made = ByteBuffer.allocateDirect(Math.toIntExact(info.byteSize()));
        byte[] element = new byte[width];
        ByteBuffer matrix = pieces.get(0);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.get(element);
                made.put((j * rows + i) * width, element);
            }
        }
        return made.order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private Derivation derivation(String name) {
        Derivation derivation = derivations.get(name);
        if (derivation == null) {
            throw new InvalidInput(source.origin().toString(), "holds no tensor that gives " + name);
        }
        return derivation;
    }
}
