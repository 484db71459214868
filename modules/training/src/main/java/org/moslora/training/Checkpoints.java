package org.moslora.training;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.FolderTree;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * The {@code checkpoints} of a run: each a folder that appears whole, with the parameters, both moments, the step and
 * whatever else a pipeline needs to go on bit for bit. Rows of a step and dropout masks are functions of seed and step,
 * so they need no place here.
 */
public final class Checkpoints {
    private static final Pattern NAME = Pattern.compile("step-(\\d{6,})");
    private static final String STATE = "state.safetensors";
    private static final String PROGRESS = "progress.json";
    private static final String THREADS = "threads";
    private static final String INTERIM = "interim";
    private static final String WORKERS = "workers";

    private final Path folder;
    private final int kept;

    /**
     * Checkpoints in a folder, which need not be there yet.
     *
     * @param kept how many of the latest stay
     */
    public Checkpoints(Path folder, int kept) {
        this.folder = folder;
        this.kept = kept;
    }

    /** Steps of all complete checkpoints, ascending. */
    public List<Integer> steps() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> NAME.matcher(entry.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Integer.parseInt(name.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The step to go on after, if there is a checkpoint. */
    public Optional<Integer> latest() {
        List<Integer> steps = steps();
        return steps.isEmpty() ? Optional.empty() : Optional.of(steps.get(steps.size() - 1));
    }

    /** How many parameters the run trains, by its latest checkpoint; 0 where there is none. */
    public long parameters() {
        return latest().map(this::parameters).orElse(0L);
    }

    private long parameters(int step) {
        try (WeightSource state = SafetensorsFile.open(path(step).resolve(STATE))) {
            return state.info(Optimizer.VALUE).elements();
        }
    }

    /**
     * Writes a checkpoint, then removes those that are too many.
     *
     * @param progress what to remember besides arrays and threads
     * @param result can be used like the run's
     * @return its folder
     */
    public Path save(Arena arena, int step, Map<String, NDArray> state, JsonObject progress, RunResult result) {
        DurableFiles.writeFolder(path(step), partial -> {
            List<TensorData> tensors = new ArrayList<>();
            new TreeMap<>(state).forEach((name, array) -> tensors.add(ArrayData.of(arena, name, array)));
            SafetensorsWriter.write(partial.resolve(STATE), tensors, Map.of());
            JsonObject remembered = progress.deepCopy();
            remembered.addProperty(THREADS, Engine.threads());
            Files.writeString(partial.resolve(PROGRESS), remembered + "\n");
            Path own = Files.createDirectories(partial.resolve(result.name()));
            result.filling().fill(own);
        });
        List<Integer> regular = new ArrayList<>();
        for (int each : steps()) {
            if (!isInterim(each)) {
                regular.add(each);
            } else if (each != step) {
                remove(path(each));
            }
        }
        regular.stream().limit(Math.max(0, regular.size() - kept)).forEach(old -> remove(path(old)));
        return path(step);
    }

    private boolean isInterim(int step) {
        try {
            return progress(step).has(INTERIM);
        } catch (InvalidInput unreadable) {
            return false;
        }
    }

    /**
     * Reads a checkpoint back into the arrays it was made of.
     *
     * @return what was remembered besides arrays
     * @throws InvalidInput when it does not fit this run
     */
    public JsonObject load(Arena arena, int step, Map<String, NDArray> state) {
        Path file = path(step).resolve(STATE);
        try (WeightSource source = SafetensorsFile.open(file);
                Arena reading = arena.child()) {
            FrozenTensors tensors = new FrozenTensors(
                    source,
                    reading,
                    new Compute(state.values().iterator().next().getDevice(), Precision.FP32));
            for (Map.Entry<String, NDArray> entry : state.entrySet()) {
                NDArray saved = tensors.get(entry.getKey());
                if (saved.size() != entry.getValue().size()) {
                    throw new InvalidInput(
                            file.toString(),
                            String.format(
                                    Locale.ROOT,
                                    "%s has %d entries, but this run trains %d; was the recipe changed?",
                                    entry.getKey(),
                                    saved.size(),
                                    entry.getValue().size()));
                }
                Kernels.get().call(reading, "copied_into", entry.getValue(), saved);
            }
        }
        return progress(step);
    }

    /**
     * The beginning of what a checkpoint remembers.
     *
     * @param interim whether a run that was told to stop leaves it: the next one takes its place
     */
    public static JsonObject progress(boolean interim) {
        JsonObject progress = new JsonObject();
        if (interim) {
            progress.addProperty(INTERIM, true);
        }
        return progress;
    }

    /**
     * The beginning of what a team's checkpoint remembers.
     *
     * @param workers of the team; one process is not mentioned
     */
    public static JsonObject progress(boolean interim, int workers) {
        JsonObject progress = progress(interim);
        if (workers > 1) {
            progress.addProperty(WORKERS, workers);
        }
        return progress;
    }

    /** How many workers came to a checkpoint. */
    public int workers(int step) {
        JsonObject progress = progress(step);
        return progress.has(WORKERS) ? progress.get(WORKERS).getAsInt() : 1;
    }

    /** How many threads a checkpoint was come to with; those there are now where it does not say. */
    int threads(int step) {
        JsonObject progress = progress(step);
        return progress.has(THREADS) ? progress.get(THREADS).getAsInt() : Engine.threads();
    }

    /**
     * What a checkpoint remembers besides arrays.
     *
     * @throws InvalidInput when it cannot be read
     */
    public JsonObject progress(int step) {
        Path file = path(step).resolve(PROGRESS);
        try {
            return JsonParser.parseString(InputFile.text(file)).getAsJsonObject();
        } catch (IOException | JsonParseException | IllegalStateException broken) {
            throw new InvalidInput(file.toString(), "cannot be read: " + broken.getMessage());
        }
    }

    private Path path(int step) {
        return folder.resolve(String.format(Locale.ROOT, "step-%06d", step));
    }

    private static void remove(Path tree) {
        try {
            FolderTree.delete(tree);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
