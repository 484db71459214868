package org.moslora.onnx.adapter;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.PlainPairs;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;
import org.moslora.onnx.graph.Layers;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.keys.LlavaKeys;

/** Adapters as the optional inputs of graphs, the scale inside, component by component. */
public final class GraphAdapters {
    private GraphAdapters() {}

    /**
     * Looks at adapters before anything is made of them.
     *
     * @throws InvalidInput naming what no graph takes as inputs
     */
    public static void check(LoadedAdapters adapters) {
        adapters.files().stream()
                .filter(file -> !file.projector().isEmpty())
                .findFirst()
                .ifPresent(file -> {
                    throw new InvalidInput(
                            file.path().toString(),
                            "brings a trained projector, which no graph takes as inputs; merge it: export "
                                    + FieldName.of("adapter"));
                });
        PlainPairs.check(adapters, instead());
    }

    /**
     * Folds adapters of any readable format into one pair a layer.
     *
     * @param sites the linears and convolutions of the model; empty if it is unknown
     * @return the factors of each component by its name: {@code unet}, {@code decoder_model_merged}…
     * @throws InvalidInput naming layers that no low-rank pair equals, and tensors that do not fit the sites
     */
    public static SortedMap<String, List<GraphFactor>> materialize(LoadedAdapters adapters, Map<String, Site> sites) {
        check(adapters);
        if (!sites.isEmpty()) {
            adapters.check(sites);
        }
        SortedMap<String, List<GraphFactor>> components = new TreeMap<>();
        try (Arena arena = Arena.open(Compute.cpu())) {
            PlainPairs pairs = new PlainPairs(adapters, arena, sites);
            for (String path : pairs.paths()) {
                Component component = Component.of(path);
                List<GraphFactor> factors = components.computeIfAbsent(component.name(), name -> new ArrayList<>());
                String own = path.substring(component.prefix().length());
                LowRank pair = pairs.pair(path);
                factors.add(factor(Layers.down(own), pair.down()));
                factors.add(factor(Layers.up(own), pair.up()));
            }
        }
        return components;
    }

    /** Linears see rows, so their factors stand the other way round. */
    private static GraphFactor factor(String name, NDArray array) {
        long[] shape = array.getShape().getShape();
        float[] values = array.toFloatArray();
        if (shape.length == 4) {
            return new GraphFactor(name, List.of(shape[0], shape[1], shape[2], shape[3]), values);
        }
        int rows = (int) shape[0];
        int columns = (int) shape[1];
        float[] turned = new float[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned[j * rows + i] = values[i * columns + j];
            }
        }
        return new GraphFactor(name, List.of(shape[1], shape[0]), turned);
    }

    /** Writes {@code COMPONENT.onnx_adapter} for every component into a folder that exists. */
    public static void write(Path folder, SortedMap<String, List<GraphFactor>> components, DType type) {
        components.forEach((component, factors) -> {
            ByteBuffer bytes = AdapterFormatFile.bytes(factors, type);
            DurableFiles.write(folder.resolve(component + AdapterFormatFile.SUFFIX), channel -> {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            });
        });
    }

    /** Whether a path is a {@code .onnx_adapter} file, or a folder that holds some. */
    public static boolean isOne(Path path) {
        return !files(path).isEmpty();
    }

    /**
     * Reads one of them, or a folder.
     *
     * @throws InvalidInput naming the file that is none
     */
    public static SortedMap<String, List<GraphFactor>> read(Path path) {
        SortedMap<String, List<GraphFactor>> components = new TreeMap<>();
        for (Path file : files(path)) {
            String name = String.valueOf(file.getFileName());
            components.put(
                    name.substring(0, name.length() - AdapterFormatFile.SUFFIX.length()), AdapterFormatFile.read(file));
        }
        return components;
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            boolean one = Files.isRegularFile(folder) && folder.toString().endsWith(AdapterFormatFile.SUFFIX);
            return one ? List.of(folder) : List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(file -> file.toString().endsWith(AdapterFormatFile.SUFFIX))
                    .sorted()
                    .toList();
        } catch (java.io.IOException unreadable) {
            throw new InvalidInput(folder.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /**
     * The graph that a layer is in.
     *
     * @param prefix what the graph's own names leave out
     */
    private record Component(String name, String prefix) {
        static Component of(String path) {
            for (String component : List.of("unet", "transformer", "text_encoder", "text_encoder_2")) {
                if (path.startsWith(component + ".")) {
                    return new Component(component, component + ".");
                }
            }
            if (path.startsWith(LlavaKeys.TEXT)) {
                return new Component("decoder_model_merged", "");
            }
            boolean vision = path.startsWith(LlavaKeys.VISION)
                    || path.startsWith(LlavaKeys.PROJECTOR)
                    || path.startsWith(LlavaKeys.VISUAL);
            return new Component(vision ? "vision_encoder" : "model", "");
        }
    }

    private static String instead() {
        return ", which is all that a graph's inputs take; merge it: export " + FieldName.of("adapter");
    }
}
