package org.moslora.onnx.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.NativeCalls;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.problems.InvalidInput;

/** One graph in ONNX Runtime, loaded once and run many times. Runs may come from several threads. */
public final class RunningGraph implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT = SharedEnvironment.get();
    /** Widens what graphs hold in half precision, and with it defaults of inputs: of one without entries it reads at null. */
    private static final String WIDENING = "FuseFp16InitializerToFp32NodeTransformer";

    private final GraphHeader header;
    private final OrtSession session;

    private RunningGraph(GraphHeader header, OrtSession session) {
        this.header = header;
        this.session = session;
    }

    /**
     * Loads a graph whose header was read and checked.
     *
     * @throws InvalidInput with what ONNX Runtime says when it cannot be loaded
     */
    public static RunningGraph open(GraphHeader header, RunSettings settings) {
        String file = header.file().toString();
        try (OrtSession.SessionOptions options = settings.options()) {
            if (header.takesHalves()) {
                options.addConfigEntry("optimization.disable_specified_optimizers", WIDENING);
            }
            return new RunningGraph(header, NativeCalls.during(() -> ENVIRONMENT.createSession(file, options)));
        } catch (OrtException refused) {
            throw new InvalidInput(file, "cannot be loaded: " + reason(refused));
        }
    }

    /** Loads a graph that this program has built for itself, without weights; it runs on one thread of the CPU. */
    public static RunningGraph of(Graph graph) {
        GraphHeader header =
                new GraphHeader(Path.of(graph.name()), GraphHeader.OWN, false, Map.of(), Map.of(), Map.of());
        byte[] bytes = GraphFile.bytes(graph);
        try (OrtSession.SessionOptions options = RunSettings.ONE_THREAD.options()) {
            return new RunningGraph(header, NativeCalls.during(() -> ENVIRONMENT.createSession(bytes, options)));
        } catch (OrtException refused) {
            throw failure(graph.name(), refused);
        }
    }

    /** What the file declares. */
    public GraphHeader header() {
        return header;
    }

    /**
     * Runs the graph.
     *
     * @param inputs by name
     * @param requested outputs that ONNX Runtime is to allocate
     * @param pinned outputs that have their place already
     * @param adapter for the optional inputs; null for none
     * @param shrink whether memory that other shapes would need again is given back after the run
     * @return all outputs; the requested ones are closed with it
     */
    public OrtSession.Result run(
            Map<String, OnnxTensor> inputs,
            Set<String> requested,
            Map<String, OnnxTensor> pinned,
            @Nullable OrtLoraAdapter adapter,
            boolean shrink) {
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            if (adapter != null) {
                options.addActiveLoraAdapter(adapter);
            }
            if (shrink) {
                options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
            }
            return NativeCalls.during(() -> stop(options), () -> session.run(inputs, requested, pinned, options));
        } catch (OrtException failed) {
            throw failure(header.file() + " failed", failed);
        }
    }

    /** A run stops at the next operator. */
    private static void stop(OrtSession.RunOptions options) {
        try {
            options.setTerminate(true);
        } catch (OrtException refused) {
            throw failure("a run cannot be stopped", refused);
        }
    }

    /** Floats in a direct buffer that a tensor looks at without a copy. */
    public static FloatBuffer floats(long count) {
        return bytes(4 * count).asFloatBuffer();
    }

    private static ByteBuffer bytes(long count) {
        return ByteBuffer.allocateDirect(Math.toIntExact(count)).order(ByteOrder.nativeOrder());
    }

    /** A tensor over a direct buffer; what is put into the buffer later is what a run sees. */
    public static OnnxTensor tensor(FloatBuffer values, long... shape) {
        try {
            return OnnxTensor.createTensor(ENVIRONMENT, values, shape);
        } catch (OrtException refused) {
            throw failure("a tensor of " + Arrays.toString(shape), refused);
        }
    }

    /** A tensor of whole numbers, in the format that a graph's input has. */
    public OnnxTensor whole(String input, long[] values, long... shape) {
        DeclaredValue declared = header.inputs().get(input);
        try {
            if (declared != null && declared.type() == DeclaredValue.INT32) {
                IntBuffer ints = bytes(4L * values.length).asIntBuffer();
                Arrays.stream(values).forEach(value -> ints.put((int) value));
                return OnnxTensor.createTensor(ENVIRONMENT, ints.rewind(), shape);
            }
            if (declared != null && declared.type() == DeclaredValue.FLOAT) {
                FloatBuffer floats = floats(values.length);
                Arrays.stream(values).forEach(floats::put);
                return OnnxTensor.createTensor(ENVIRONMENT, floats.rewind(), shape);
            }
            LongBuffer longs = bytes(8L * values.length).asLongBuffer().put(values);
            return OnnxTensor.createTensor(ENVIRONMENT, longs.rewind(), shape);
        } catch (OrtException refused) {
            throw failure(input, refused);
        }
    }

    static OrtLoraAdapter adapter(ByteBuffer bytes) {
        try {
            return OrtLoraAdapter.create(bytes);
        } catch (OrtException refused) {
            throw failure("an adapter", refused);
        }
    }

    private static IllegalStateException failure(String what, OrtException failed) {
        return new IllegalStateException(what + ": " + reason(failed), failed);
    }

    private static String reason(OrtException refused) {
        return String.valueOf(refused.getMessage()).split("\\R")[0];
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException failed) {
            throw failure(header.file().toString(), failed);
        }
    }
}
