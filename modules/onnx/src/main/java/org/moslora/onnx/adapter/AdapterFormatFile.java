package org.moslora.onnx.adapter;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.FiniteChannel;
import org.moslora.tensors.TensorData;

/**
 * {@code .onnx_adapter} as ONNX Runtime defines it: a FlatBuffer with the identifier TORT, whose root has the versions of
 * format, adapter and model, and the parameters, each with name, dims, data type and raw bytes.
 */
public final class AdapterFormatFile {
    /** What the names of files end with. */
    public static final String SUFFIX = ".onnx_adapter";

    static final String IDENTIFIER = "TORT";
    static final int FLOAT = 1;
    static final int HALF = 10;
    static final int FORMAT = 0;
    static final int ADAPTER = 1;
    static final int MODEL = 2;
    static final int PARAMETERS = 3;
    static final int NAME = 0;
    static final int DIMS = 1;
    static final int TYPE = 2;
    static final int DATA = 3;
    private static final int FORMAT_VERSION = 1;
    private static final int ALIGNMENT = 8;

    private AdapterFormatFile() {}

    /**
     * The bytes of a file, in a direct buffer; the same factors give the same bytes.
     *
     * @param type F32 or F16, as the graph's inputs are
     * @throws org.moslora.problems.NotFinite where the type does not hold a value
     */
    public static ByteBuffer bytes(List<GraphFactor> factors, DType type) {
        FlatBufferBuilder builder = new FlatBufferBuilder(size(factors), new FlatBufferBuilder.ByteBufferFactory() {
            @Override
            public ByteBuffer newByteBuffer(int capacity) {
                return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
            }
        });
        int[] offsets = factors.stream()
                .mapToInt(factor -> parameter(builder, factor, type))
                .toArray();
        int parameters = builder.createVectorOfTables(offsets);
        builder.startTable(PARAMETERS + 1);
        builder.addInt(FORMAT, FORMAT_VERSION, 0);
        builder.addInt(ADAPTER, 1, 0);
        builder.addInt(MODEL, 1, 0);
        builder.addOffset(PARAMETERS, parameters, 0);
        builder.finish(builder.endTable(), IDENTIFIER);
        ByteBuffer whole = builder.dataBuffer();
        return whole.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int size(List<GraphFactor> factors) {
        long size = 1024;
        for (GraphFactor factor : factors) {
            size += 4L * factor.values().length + factor.name().length() + 160;
        }
        return Math.toIntExact(size);
    }

    private static int parameter(FlatBufferBuilder builder, GraphFactor factor, DType type) {
        ByteBuffer room = builder.createUnintializedVector(
                1, Math.toIntExact((long) type.bytes() * factor.values().length), ALIGNMENT);
        fill(room, factor, type);
        int data = builder.endVector();
        builder.startVector(Long.BYTES, factor.dims().size(), Long.BYTES);
        for (int i = factor.dims().size() - 1; i >= 0; i--) {
            builder.addLong(factor.dims().get(i));
        }
        int dims = builder.endVector();
        int name = builder.createString(factor.name());
        builder.startTable(DATA + 1);
        builder.addOffset(NAME, name, 0);
        builder.addOffset(DIMS, dims, 0);
        builder.addInt(TYPE, type == DType.F16 ? HALF : FLOAT, 0);
        builder.addOffset(DATA, data, 0);
        return builder.endTable();
    }

    private static void fill(ByteBuffer room, GraphFactor factor, DType type) {
        try {
            FiniteChannel.write(TensorData.of(factor.name(), factor.dims(), factor.values(), type), new Room(room));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** A buffer as a channel. */
    private record Room(ByteBuffer room) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            room.put(source);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // A buffer stays open.
        }
    }

    /**
     * Reads a file.
     *
     * @throws InvalidInput when it is no such file, or holds something that is not computed here
     */
    public static List<GraphFactor> read(Path file) {
        try (InputStream stream = InputFile.stream(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(stream.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.limit() < 8
                    || !StandardCharsets.US_ASCII
                            .decode(bytes.slice(4, 4))
                            .toString()
                            .equals(IDENTIFIER)) {
                throw new InvalidInput(file.toString(), "is no .onnx_adapter: it lacks the mark " + IDENTIFIER);
            }
            StoredAdapter root = new StoredAdapter(bytes);
            Map<String, GraphFactor> factors = new LinkedHashMap<>();
            for (int i = 0; i < root.count(); i++) {
                GraphFactor factor = finite(file, root.factor(i));
                if (factors.put(factor.name(), factor) != null) {
                    throw new InvalidInput(file.toString(), "holds " + factor.name() + " twice");
                }
            }
            return List.copyOf(factors.values());
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException damaged) {
            throw new InvalidInput(file.toString(), "is a damaged .onnx_adapter: " + damaged.getMessage());
        }
    }

    private static GraphFactor finite(Path file, GraphFactor factor) {
        for (int i = 0; i < factor.values().length; i++) {
            if (!Float.isFinite(factor.values()[i])) {
                throw new InvalidInput(
                        file.toString(),
                        factor.name() + " holds a value that is no number or infinite (the first of them is number "
                                + (i + 1) + " of " + factor.values().length
                                + "); was it saved after a training that diverged?");
            }
        }
        return factor;
    }
}
