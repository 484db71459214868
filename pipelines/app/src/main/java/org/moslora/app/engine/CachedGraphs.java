package org.moslora.app.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.moslora.app.doctor.ProcessorFeatures;
import org.moslora.layers.AvailableMemory;
import org.moslora.layers.quantised.CacheFolder;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.graph.Element;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.CacheTurn;
import org.moslora.tensors.Digests;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.SampledWeights;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.out.OwnFolder;

/**
 * A model's graphs in the cache, adapters as inputs, made when they are first asked for; and beside them which engine was
 * the faster one. Both may be deleted at any time.
 *
 * @param model the model's folder
 * @param folder the graphs
 */
record CachedGraphs(Path model, Path folder) {
    /** Changes whenever the same model gives other graphs. */
    private static final String RECIPE = "1";

    private static final int DIGITS = 16;
    /** Both engines hold the weights while they are measured, and ONNX Runtime some of them a second time. */
    private static final int COPIES = 3;

    /** Where a model's are, by what is in its files: the weights of each component, and all configs. */
    static CachedGraphs of(Path model, Map<String, WeightSource> weights) {
        StringBuilder text = new StringBuilder(RECIPE);
        weights.forEach((component, source) ->
                text.append('\n').append(component).append(SampledWeights.text(source, new TreeSet<>(source.names()))));
        text.append(Digests.sha256OfEach(model, configs(model)));
        String digest = Digests.sha256OfText(text.toString()).substring(0, DIGITS);
        Path name = model.toAbsolutePath().normalize().getFileName();
        Path graphs = CacheFolder.path().resolve("graphs");
        return new CachedGraphs(model, graphs.resolve((name == null ? "model" : name) + "-" + digest));
    }

    /** What an export reads besides weights. */
    private static List<Path> configs(Path model) {
        try (Stream<Path> files = Files.walk(model, 2)) {
            return files.filter(file -> file.toString().endsWith(".json")
                            || file.toString().endsWith(".txt")
                            || file.toString().endsWith(".model"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Why there is no room to make and measure graphs, or nothing.
     *
     * @param entries of all weights
     */
    static String lacking(long entries) {
        long bytes = Float.BYTES * entries;
        long free = AvailableMemory.bytes();
        if (COPIES * bytes > free) {
            return "to measure both takes " + AvailableMemory.readable(COPIES * bytes)
                    + " of memory, of which there are " + AvailableMemory.readable(free);
        }
        long room = room();
        return bytes > room
                ? "graphs take " + AvailableMemory.readable(bytes) + " of the cache's disk, which has "
                        + AvailableMemory.readable(room)
                : "";
    }

    private static long room() {
        try {
            return Files.getFileStore(Files.createDirectories(CacheFolder.path()))
                    .getUsableSpace();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(CacheFolder.path() + " cannot be made", unreadable);
        }
    }

    boolean areMade() {
        return Files.isRegularFile(folder.resolve(OwnFolder.LIST));
    }

    /**
     * Makes them, unless another process does so meanwhile.
     *
     * @param export writes a model of this family
     */
    void make(Consumer<ExportRequest> export, Messages messages) {
        try {
            Path lock = CacheTurn.taken(folder, () -> {
                if (!areMade()) {
                    messages.tell("making graphs of " + model + ", once, in " + folder);
                    export.accept(new ExportRequest(
                            model, folder, List.of(), true, List.of(), false, Element.FLOAT, Messages.stderr(true)));
                }
            });
            Files.deleteIfExists(lock);
        } catch (IOException broken) {
            throw new UncheckedIOException(folder + " cannot be made: " + broken.getMessage(), broken);
        }
    }

    private Path chosen() {
        return folder.resolveSibling(folder.getFileName() + ".json");
    }

    private JsonObject choices() {
        try {
            return JsonParser.parseString(InputFile.text(chosen())).getAsJsonObject();
        } catch (IOException | InvalidInput | JsonParseException | IllegalStateException none) {
            return new JsonObject();
        }
    }

    /**
     * Whether ONNX Runtime is the faster one, by what was measured before under the same circumstances, else now.
     *
     * @param circumstances besides the processor and the number of threads
     * @param what is measured, in words
     * @param where more of that, or nothing
     */
    boolean areFaster(
            String circumstances,
            int threads,
            Supplier<Timings> measure,
            String what,
            String where,
            Messages messages) {
        String key = ProcessorFeatures.find().model() + ", " + threads + " threads, " + circumstances;
        JsonObject all = choices();
        Optional<Timings> before = all.get(key) instanceof JsonObject json ? Timings.of(json) : Optional.empty();
        Timings timings = before.orElseGet(measure);
        if (before.isEmpty()) {
            all.add(key, timings.json());
            DurableFiles.writeString(chosen(), all + "\n");
        }
        messages.tell("engine: " + (timings.onnxIsFaster() ? "onnx" : "torch") + "; " + timings.told(what) + where
                + (before.isPresent() ? ", as measured before" : "") + "; --engine names one");
        return timings.onnxIsFaster();
    }
}
