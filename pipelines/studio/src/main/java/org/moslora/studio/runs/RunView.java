package org.moslora.studio.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.out.OutputLock;
import org.moslora.training.Checkpoints;
import org.moslora.training.RunFolder;

/**
 * A run as a page shows it.
 *
 * @param name of its folder; of a trial, with that of its comparison before it
 * @param folder where it is, or will be
 * @param state how far it is
 * @param step the last step that was taken
 * @param total how many there are to be; 0 where nobody knows
 * @param loss of the last step
 * @param changed when anything last happened, in milliseconds
 * @param errors what it died of
 */
public record RunView(
        String name, Path folder, RunState state, int step, int total, double loss, long changed, List<String> errors) {
    private static final Pattern PROGRESS = Pattern.compile("training +\\d+/(\\d{1,9})\\b.*");

    /** Looks at a run; null where the folder is none. */
    static @Nullable RunView of(String name, Path folder, @Nullable Errand errand) {
        RunFolder run = new RunFolder(folder);
        boolean there = Files.isRegularFile(run.recipe());
        boolean isNone = errand == null ? !there : errand.compares();
        if (isNone) {
            return null;
        }
        LastRow last = LastRow.of(run.metrics());
        int total = total(run, errand);
        RunState state = state(run, errand, last, total);
        List<String> errors = state == RunState.FAILED ? died(errand) : List.of();
        long changed =
                Math.max(changed(run.metrics()), Math.max(changed(run.recipe()), errand == null ? 0 : errand.since()));
        return new RunView(name, folder, state, last.step(), total, last.loss(), changed, errors);
    }

    /** The step, and of how many. */
    public String steps() {
        return total > 0 ? step + "/" + total : Integer.toString(step);
    }

    /** Of a run of a command line nobody heard. */
    private static List<String> died(@Nullable Errand errand) {
        return errand == null
                ? List.of("It ended before its last step, and left no checkpoint of that one. Resume goes on after its"
                        + " last checkpoint.")
                : errand.errors();
    }

    private static int total(RunFolder run, @Nullable Errand errand) {
        if (errand != null && errand.steps() > 0) {
            return errand.steps();
        }
        int said = RecipeGlance.of(run.recipe()).number("training.max_steps");
        if (said > 0 || errand == null) {
            return said;
        }
        List<String> lines = LogTail.all(errand.log());
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher progress = PROGRESS.matcher(lines.get(i));
            if (progress.matches()) {
                return Integer.parseInt(progress.group(1));
            }
        }
        return 0;
    }

    private static RunState state(RunFolder run, @Nullable Errand errand, LastRow last, int total) {
        if (errand != null && errand.isWaiting()) {
            return RunState.WAITING;
        }
        Optional<ProcessHandle> other = OutputLock.holder(run.path()).filter(Living::isAlive);
        boolean own = errand != null && errand.isAlive();
        if (own || other.isPresent()) {
            long since = own && errand != null
                    ? errand.since()
                    : other.flatMap(process -> process.info().startInstant())
                            .map(Instant::toEpochMilli)
                            .orElse(0L);
            boolean stepped = last.step() > 0 && changed(run.metrics()) >= since;
            return errand != null && errand.isStopping()
                    ? RunState.STOPPING
                    : stepped ? RunState.RUNNING : RunState.STARTING;
        }
        return ended(run, errand, last, total);
    }

    private static RunState ended(RunFolder run, @Nullable Errand errand, LastRow last, int total) {
        boolean left = Files.isDirectory(run.adapter()) || Files.isDirectory(run.model());
        long result = Math.max(changed(run.adapter()), changed(run.model()));
        boolean isLast = total > 0 && last.step() >= total;
        if (left && (isLast || result >= changed(run.metrics()))) {
            return RunState.FINISHED;
        }
        if (errand != null) {
            return errand.wasStopped() ? RunState.STOPPED : RunState.FAILED;
        }
        int kept = new Checkpoints(run.checkpoints(), 1).latest().orElse(0);
        return last.step() > 0 && kept == last.step() ? RunState.STOPPED : RunState.FAILED;
    }

    private static long changed(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException absent) {
            return 0;
        }
    }
}
