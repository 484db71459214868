package org.moslora.training;

import ai.djl.ndarray.NDArray;
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
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.FolderEntries;
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
        return FolderEntries.of(folder).stream()
                .map(entry -> NAME.matcher(entry.getFileName().toString()))
                .filter(Matcher::matches)
                .map(name -> Integer.parseInt(name.group(1)))
                .sorted()
                .toList();
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
     * @param progress what to remember besides arrays
     * @param result can be used like the run's
     * @return its folder
     */
    public Path save(Arena arena, CheckpointProgress progress, Map<String, NDArray> state, RunResult result) {
        int step = progress.step();
        DurableFiles.writeFolder(path(step), partial -> {
            List<TensorData> tensors = new ArrayList<>();
            new TreeMap<>(state).forEach((name, array) -> tensors.add(ArrayData.of(arena, name, array)));
            SafetensorsWriter.write(partial.resolve(STATE), tensors, Map.of());
            Files.writeString(partial.resolve(PROGRESS), progress.json() + "\n");
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
            return progress(step).interim();
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
    public CheckpointProgress load(Arena arena, int step, Map<String, NDArray> state) {
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
     * Does something in the state of each of these steps, and comes back to that of the step that a run is at.
     *
     * @param steps ascending, each with a checkpoint here
     */
    public void revisit(Arena arena, List<Integer> steps, int present, Map<String, NDArray> state, IntConsumer work) {
        int restored = present;
        for (int step : steps) {
            if (step != restored) {
                load(arena, step, state);
                restored = step;
            }
            work.accept(step);
        }
        if (restored != present) {
            load(arena, present, state);
        }
    }

    /**
     * What a checkpoint remembers besides arrays.
     *
     * @throws InvalidInput when it cannot be read
     */
    public CheckpointProgress progress(int step) {
        return CheckpointProgress.read(path(step).resolve(PROGRESS), step);
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
