package org.moslora.onnx.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;
import org.moslora.tensors.DType;

/**
 * A graph of one linear, {@code fc} [4, 3], which takes a pair, and one, {@code other}, which takes none.
 *
 * @param folder of the graph's file and of its adapters
 */
record AdaptedGraph(Path folder, GraphHeader header, RunningGraph running, AdapterCache shelf)
        implements AutoCloseable {
    static final String COMPONENT = "model";
    static final String DOWN = "fc.lora_A.weight";
    static final String UP = "fc.lora_B.weight";
    static final PlainArray ROWS = PlainArray.random(1, 5, 3);

    static AdaptedGraph of(Path folder, Element stored, boolean adaptable) {
        MemoryWeights weights = new MemoryWeights()
                .with("fc.weight", PlainArray.random(2, 4, 3))
                .with("other.weight", PlainArray.filled(i -> i[0] == i[1] ? 1 : 0, 4, 4));
        Graph graph = new Graph(COMPONENT, weights, stored);
        Layers layers = new Layers(graph, stored, path -> adaptable && path.equals("fc"));
        GraphValue x = layers.narrow(graph.input("x", Element.FLOAT, Axis.free("rows"), Axis.of(3)));
        graph.output("y", layers.linear("other", layers.linear("fc", x)), Axis.free("rows"), Axis.of(4));
        Path file = folder.resolve("model.onnx");
        try {
            GraphFile.write(file, graph, name -> weights.data(name, stored), false);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        GraphHeader header = GraphHeader.read(file);
        return new AdaptedGraph(
                folder,
                header,
                RunningGraph.open(header, RunSettings.of("cpu", 1)),
                new AdapterCache(Map.of(COMPONENT, header), Map.of(), 1));
    }

    /** One half of a pair. */
    static GraphFactor factor(String name, PlainArray values) {
        List<Long> dims = java.util.Arrays.stream(values.shape()).boxed().toList();
        return new GraphFactor(name, dims, values.floats());
    }

    /** A folder with an adapter of these factors. */
    Path adapter(String name, String component, GraphFactor... factors) {
        try {
            Path out = Files.createDirectories(folder.resolve(name));
            GraphAdapters.write(out, new TreeMap<>(Map.of(component, List.of(factors))), DType.F32);
            return out;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    Path adapter(String name, PlainArray down, PlainArray up) {
        return adapter(name, COMPONENT, factor(DOWN, down), factor(UP, up));
    }

    /** What comes out with some adapters on. */
    PlainArray answer(ScaledAdapter... adapters) {
        return answer(shelf.of(List.of(adapters)).of(COMPONENT));
    }

    PlainArray answer(@Nullable OrtLoraAdapter adapter) {
        FloatBuffer rows = RunningGraph.floats(15).put(0, ROWS.floats());
        try (OnnxTensor x = RunningGraph.tensor(rows, 5, 3);
                var made = running.run(Map.of("x", x), Set.of("y"), Map.of(), adapter, false)) {
            float[][] y = (float[][]) made.get("y").orElseThrow().getValue();
            return PlainArray.filled(i -> y[i[0]][i[1]], 5, 4);
        } catch (OrtException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** What a pair adds. */
    static PlainArray share(PlainArray down, PlainArray up, double scale) {
        return PlainArray.filled(
                i -> {
                    double sum = 0;
                    for (int r = 0; r < down.size(1); r++) {
                        for (int k = 0; k < 3; k++) {
                            sum += scale * ROWS.at(i[0], k) * down.at(k, r) * up.at(r, i[1]);
                        }
                    }
                    return sum;
                },
                5,
                4);
    }

    /** Every answer again, as often as asked. */
    List<PlainArray> again(int times, ScaledAdapter... adapters) {
        List<PlainArray> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            answers.add(answer(adapters));
        }
        return answers;
    }

    @Override
    public void close() {
        shelf.close();
        running.close();
    }
}
