package org.moslora.training;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Engine;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * What a checkpoint remembers besides arrays: its {@code progress.json}.
 *
 * @param step after which it was left; 0 before the first
 * @param interim whether a run that was told to stop leaves it: the next one takes its place
 * @param draws of random numbers until then, 0 where they are not counted
 * @param best the best validation until then, if there was one
 * @param threads that it was come to with
 * @param workers that came to it together
 */
public record CheckpointProgress(
        int step, boolean interim, long draws, @Nullable BestLoss best, int threads, int workers) {
    private static final String STEP = "step";
    private static final String INTERIM = "interim";
    private static final String DRAWS = "draws";
    private static final String THREADS = "threads";
    private static final String WORKERS = "workers";
    private static final String LOSS = "best_loss";
    private static final String BEST_STEP = "best_step";
    private static final String WORSE = "without_improvement";

    /**
     * The validation that counts.
     *
     * @param loss the lowest on the rows that are held back
     * @param step after which it was found
     * @param worse how many validations have not gone below it since
     */
    public record BestLoss(double loss, int step, int worse) {}

    /** Of a run that begins. */
    public static CheckpointProgress start() {
        return at(0, false);
    }

    /** Of this process after a step. */
    public static CheckpointProgress at(int step, boolean interim) {
        return new CheckpointProgress(step, interim, 0, null, Engine.threads(), 1);
    }

    /** The same with so many draws. */
    public CheckpointProgress drawn(long count) {
        return new CheckpointProgress(step, interim, count, best, threads, workers);
    }

    /** The same with a validation. */
    public CheckpointProgress validated(@Nullable BestLoss loss) {
        return new CheckpointProgress(step, interim, draws, loss, threads, workers);
    }

    /** The same of a team. */
    public CheckpointProgress by(int members) {
        return new CheckpointProgress(step, interim, draws, best, threads, members);
    }

    /**
     * Reads a file.
     *
     * @param step that the folder is named after
     * @throws org.moslora.problems.InvalidInput naming the file and every key whose value is none that a run writes
     */
    static CheckpointProgress read(Path file, int step) {
        Problems problems = new Problems();
        ConfigSection section = ConfigSection.read(file, problems);
        CheckpointProgress read = new CheckpointProgress(
                section.size(STEP, step),
                section.flag(INTERIM, false),
                (long) section.number(DRAWS, 0),
                best(section),
                section.size(THREADS, Engine.threads()),
                section.size(WORKERS, 1));
        if (read.step != step) {
            section.problem("%s is %d, but the folder that it lies in is that of step %d", STEP, read.step, step);
        }
        problems.throwIfAny();
        return read;
    }

    private static @Nullable BestLoss best(ConfigSection section) {
        if (!section.has(LOSS)) {
            return null;
        }
        if (!section.has(BEST_STEP) || !section.has(WORSE)) {
            section.problem("%s must come with %s and %s", LOSS, BEST_STEP, WORSE);
            return null;
        }
        int worse = section.whole(WORSE, 0);
        if (worse < 0) {
            section.problem("%s must not be negative, got %d", WORSE, worse);
        }
        return new BestLoss(section.number(LOSS, 0), section.size(BEST_STEP, 1), worse);
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        if (best != null) {
            json.addProperty(LOSS, best.loss());
            json.addProperty(BEST_STEP, best.step());
            json.addProperty(WORSE, best.worse());
        }
        if (interim) {
            json.addProperty(INTERIM, true);
        }
        json.addProperty(STEP, step);
        if (draws > 0) {
            json.addProperty(DRAWS, draws);
        }
        json.addProperty(THREADS, threads);
        if (workers > 1) {
            json.addProperty(WORKERS, workers);
        }
        return json;
    }
}
