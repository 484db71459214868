package org.moslora.studio.work;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.ShellCommand;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.studio.runs.Errand;
import org.moslora.studio.runs.Living;
import org.moslora.studio.runs.LogTail;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.out.OutputLock;

/**
 * The trainings that were asked for: one at a time, the others in their order. Each is a process that goes on without the
 * studio; what is known of it lies in a hidden folder beside the runs, where the next studio finds it.
 */
public final class Trainings implements AutoCloseable {
    /** The hidden folder's name. */
    public static final String HOME = ".moslora-studio";

    private static final long TICK_MILLIS = 200;
    private static final long PATIENCE_MINUTES = 10;

    private final Path runs;
    private final TrainingFiles files;
    private final StudioProgram program;
    private final List<String> options;
    private final Messages messages;
    private final Map<String, TrainingJob> jobs = new LinkedHashMap<>();
    private final Thread clock = new Thread(this::run, "trainings");

    /**
     * Takes up what a studio before this one left, and begins with what waits.
     *
     * @param runs the folder of new runs
     * @param options for every training, such as how many threads
     */
    public Trainings(Path runs, StudioProgram program, List<String> options, Messages messages) {
        this.runs = runs;
        this.files = TrainingFiles.in(runs.resolve(HOME));
        this.program = program;
        this.options = List.copyOf(options);
        this.messages = messages;
        files.jobs().forEach(job -> jobs.put(job.run(), job));
        clock.setDaemon(true);
        clock.start();
    }

    /** The command that trains by a recipe, as it is typed. */
    public String command(String run) {
        return ShellCommand.command(begins(run));
    }

    private List<String> begins(String run) {
        List<String> words = new ArrayList<>(List.of("train", files.recipe(run).toString()));
        words.addAll(options);
        return words;
    }

    /**
     * Has a recipe trained, after those that wait already.
     *
     * @param recipe with absolute paths
     * @param steps how many it will be, as far as that is known
     * @throws InvalidInput if that run waits or is under way
     */
    public synchronized void begin(String run, String recipe, int steps) {
        mustBeFree(run);
        DurableFiles.writeString(files.recipe(run), recipe);
        put(run, begins(run), steps);
    }

    /** The command that compares by a recipe, as it is typed. */
    public String comparing(String run) {
        return ShellCommand.command(compares(run));
    }

    private List<String> compares(String run) {
        List<String> words = new ArrayList<>(begins(run));
        words.set(0, TrainingJob.COMPARE);
        return words;
    }

    /**
     * Has a recipe's variants compared, after what waits already.
     *
     * @param recipe with absolute paths and a block that says what is compared
     * @throws InvalidInput if that comparison waits or is under way
     */
    public synchronized void compare(String run, String recipe) {
        mustBeFree(run);
        DurableFiles.writeString(files.recipe(run), recipe);
        put(run, compares(run), 0);
    }

    /**
     * Has a run go on, or a comparison that began here.
     *
     * @param steps how many it shall have in the end; 0 where its recipe says
     * @throws InvalidInput if it waits or is under way
     */
    public synchronized void resume(String run, int steps) {
        mustBeFree(run);
        TrainingJob before = jobs.get(run);
        if (before != null && before.compares()) {
            put(run, before.words(), 0);
            return;
        }
        List<String> words =
                new ArrayList<>(List.of("train", "--resume", runs.resolve(run).toString()));
        if (steps > 0) {
            words.add("training.max_steps=" + steps);
        }
        words.addAll(options);
        put(run, words, steps);
    }

    private void mustBeFree(String run) {
        TrainingJob job = jobs.get(run);
        if (job != null && (job.isWaiting() || job.process().isPresent())) {
            throw new InvalidInput("run " + run, "is under way, or waits for its turn, already");
        }
    }

    private void put(String run, List<String> words, int steps) {
        long order =
                1 + jobs.values().stream().mapToLong(TrainingJob::order).max().orElse(0);
        keep(new TrainingJob(run, List.copyOf(words), order, null, System.currentTimeMillis(), false, steps));
    }

    private void keep(TrainingJob job) {
        files.keep(job);
        jobs.put(job.run(), job);
    }

    /** Has a training end its step and leave a checkpoint; one that waits is forgotten. */
    public synchronized void stop(String run) {
        TrainingJob job = jobs.get(run);
        if (job != null && job.isWaiting()) {
            forget(job);
        } else if (job != null && job.process().isPresent()) {
            keep(job.stopped());
            job.process().ifPresent(ProcessHandle::destroy);
        } else {
            // One that was started elsewhere, such as on a command line.
            OutputLock.holder(runs.resolve(run)).filter(Living::isAlive).ifPresent(ProcessHandle::destroy);
        }
    }

    /** What waits was never begun, or has begun before: then it is the run that it was. */
    private void forget(TrainingJob job) {
        files.forget(job);
        jobs.remove(job.run());
    }

    /** What was asked with a run; null where nothing was. */
    public synchronized @Nullable Errand errand(String run) {
        TrainingJob job = jobs.get(run);
        if (job == null) {
            return null;
        }
        boolean alive = job.process().isPresent();
        return new Errand(
                job.compares(), job.isWaiting(), alive, job.since(), job.stopping(), files.log(run), job.steps());
    }

    /** Whether something was asked with a run here. */
    public synchronized boolean knows(String run) {
        return jobs.containsKey(run);
    }

    /** What the processes of a run said, as far as the studio started them. */
    public List<String> said(String run) {
        return LogTail.all(files.log(run));
    }

    /** The runs that wait or are under way, in their order. */
    public synchronized List<String> asked() {
        return List.copyOf(jobs.keySet());
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            tick();
            try {
                Thread.sleep(TICK_MILLIS);
            } catch (InterruptedException ending) {
                return;
            }
        }
    }

    private synchronized void tick() {
        try {
            if (jobs.values().stream().noneMatch(job -> job.process().isPresent())) {
                jobs.values().stream()
                        .filter(TrainingJob::isWaiting)
                        .min(Comparator.comparingLong(TrainingJob::order))
                        .ifPresent(this::start);
            }
        } catch (RuntimeException broken) {
            messages.tell("a training could not be started: " + broken.getMessage());
        }
    }

    private void start(TrainingJob job) {
        Path log = files.log(job.run());
        try {
            String line = LogTail.COMMAND + ShellCommand.command(job.words()) + "\n";
            Files.write(
                    log, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            File file = log.toFile();
            Process process = new ProcessBuilder(program.command(job.words()))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
                    .redirectError(ProcessBuilder.Redirect.appendTo(file))
                    .start();
            keep(job.started(process.toHandle()));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Stops every training that is under way, and waits until they have left their checkpoints. */
    @Override
    public void close() {
        clock.interrupt();
        List<ProcessHandle> living = new ArrayList<>();
        synchronized (this) {
            for (TrainingJob job : List.copyOf(jobs.values())) {
                job.process().ifPresent(living::add);
                if (!job.isWaiting()) {
                    stop(job.run());
                }
            }
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (living.stream().anyMatch(Living::isAlive) && System.nanoTime() < end) {
            try {
                Thread.sleep(TICK_MILLIS);
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
