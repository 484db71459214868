package org.moslora.studio.work;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.runs.Living;
import org.moslora.tensors.DurableFiles;

/**
 * A training that the studio was asked for. It lies in a file, so that the next studio knows of it.
 *
 * @param run the name of its folder
 * @param words the command
 * @param order ascending as they were asked for
 * @param pid its process; null as long as it waits
 * @param since when that was started, in milliseconds
 * @param stopping whether it was told to end
 * @param steps how many steps were asked for; 0 where the recipe says
 */
record TrainingJob(
        String run,
        List<String> words,
        long order,
        @Nullable Long pid,
        long since,
        boolean stopping,
        int steps) {
    /** The verb of jobs that compare. */
    static final String COMPARE = "compare";

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
    /** Clocks of processes tick in hundredths, and those of files in less. */
    private static final long SAME_MILLIS = 5000;

    TrainingJob started(ProcessHandle process) {
        long start = process.info().startInstant().orElseGet(Instant::now).toEpochMilli();
        return new TrainingJob(run, words, order, process.pid(), start, false, steps);
    }

    TrainingJob stopped() {
        return new TrainingJob(run, words, order, pid, since, true, steps);
    }

    /** Whether it trains several variants and compares them. */
    boolean compares() {
        return words.get(0).equals(COMPARE);
    }

    boolean isWaiting() {
        return pid == null;
    }

    /** Its process, if it is there and no other one that came to its number. */
    Optional<ProcessHandle> process() {
        return pid == null
                ? Optional.empty()
                : ProcessHandle.of(pid)
                        .filter(Living::isAlive)
                        .filter(process -> process.info()
                                .startInstant()
                                .map(start -> Math.abs(start.toEpochMilli() - since) < SAME_MILLIS)
                                .orElse(true));
    }

    void write(Path file) {
        DurableFiles.writeString(file, GSON.toJson(this) + "\n");
    }

    static Optional<TrainingJob> read(Path file) {
        try {
            TrainingJob job = GSON.fromJson(InputFile.text(file), TrainingJob.class);
            boolean whole = job != null
                    && job.run() != null
                    && job.words() != null
                    && !job.words().isEmpty();
            return whole ? Optional.of(job) : Optional.empty();
        } catch (InvalidInput | IOException | JsonParseException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }
}
