package org.moslora.miniature;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.console.progress.StopRequest;
import org.moslora.layers.Arena;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.CheckpointProgress;
import org.moslora.training.Checkpoints;
import org.moslora.training.Ema;
import org.moslora.training.LossPlot;
import org.moslora.training.Memory;
import org.moslora.training.Metrics;
import org.moslora.training.Optimizer;
import org.moslora.training.Provenance;
import org.moslora.training.Resumption;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.RunResult;
import org.moslora.training.StepReport;
import org.moslora.training.recipe.TrainingBlock;

/**
 * Trains a model from nothing. One step: let the stage add its gradients, clip, update, average. Read {@link #loop} from
 * top to bottom.
 */
public final class Pretraining {
    private static final int SHARE = 100;

    private final Stage stage;
    private final PretrainingSettings settings;
    private final RunFolder run;
    private final Optimizer optimizer;
    private final @Nullable Ema average;
    private final Checkpoints checkpoints;
    private final boolean quiet;

    private Pretraining(Stage stage, PretrainingSettings settings, boolean quiet) {
        TrainingBlock training = settings.training();
        this.stage = stage;
        this.settings = settings;
        this.quiet = quiet;
        this.run = new RunFolder(settings.output());
        this.optimizer = training.optimizer(stage.trained().parameters(), rates(), stage.arena());
        this.average = settings.average() > 0
                ? new Ema(stage.trained().parameters(), settings.average(), stage.arena())
                : null;
        this.checkpoints = new Checkpoints(run.checkpoints(), training.keepCheckpoints());
    }

    /** One rate for every component. */
    private Map<String, Double> rates() {
        Map<String, Double> rates = new LinkedHashMap<>();
        stage.trained()
                .parameters()
                .ranges()
                .forEach(range -> rates.put(range.group(), settings.training().learningRate()));
        return rates;
    }

    /** Trains a stage, or goes on with the run that the request resumes; the model is left in the run folder. */
    public static void run(Stage stage, PretrainingSettings settings, RunRequest request) {
        Pretraining pretraining = new Pretraining(stage, settings, request.quiet());
        int done = request.resume() == null
                ? 0
                : Resumption.restore(pretraining.checkpoints, stage.arena(), pretraining.state(), pretraining::tell)
                        .step();
        pretraining.run.create();
        DurableFiles.writeString(pretraining.run.recipe(), settings.recipe());
        try (Provenance provenance =
                new Provenance(pretraining.run.provenance(), settings.training().seed(), List.of())) {
            StopRequest.attending(() -> pretraining.loop(done));
            pretraining.finish();
            provenance.complete();
        }
    }

    /** Says that a recipe which was looked at is in order. */
    public static void inOrder(RunRequest request) {
        if (!request.quiet()) {
            System.err.println("nothing wrong");
        }
    }

    private void loop(int done) {
        TrainingBlock training = settings.training();
        int steps = training.steps(SHARE);
        try (Metrics metrics = Metrics.open(run.metrics(), done);
                Progress progress = Progress.start("training", steps, quiet)) {
            progress.resume(done);
            for (int step = done + 1; step <= steps; step++) {
                long started = System.nanoTime();
                double factor = training.schedule().factor(step - 1, training.warmup(steps), steps);
                double loss;
                float norm;
                try (Arena arena = stage.arena().child()) {
                    stage.trained().materialize(arena);
                    loss = stage.learn(step);
                    stage.trained().backward(arena);
                    norm = optimizer.clip(arena);
                    mustBeFinite(step, loss, norm);
                    optimizer.update(arena, step, factor);
                    average(arena, step);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                double rate = training.learningRate() * factor;
                long images = training.batchSize();
                metrics.add(new StepReport(step, loss, norm, rate, seconds, "images", images, Memory.peak()));
                progress.step(step, columns(loss, norm, rate, images / seconds));
                if (step % settings.examineEvery() == 0 && step < steps) {
                    progress.note("step " + step + ": " + examined());
                }
                boolean regular = step % training.checkpointEvery() == 0 || step == steps;
                boolean stopping = StopRequest.isMade() && step < steps;
                if (regular || stopping) {
                    checkpoint(step, !regular);
                }
                if (stopping) {
                    throw run.stopped(step, steps);
                }
            }
        }
    }

    private void average(Arena arena, int step) {
        if (average != null) {
            average.update(arena, step);
        }
    }

    /** Does something while the model is what will be written. */
    private void asWritten(Runnable task) {
        if (average == null) {
            task.run();
        } else {
            average.during(stage.arena(), task);
        }
    }

    private String examined() {
        Map<String, Double> scores = new LinkedHashMap<>();
        asWritten(() -> scores.putAll(stage.examine()));
        return scores.entrySet().stream()
                .map(score -> String.format(Locale.ROOT, "%s %.4f", score.getKey(), score.getValue()))
                .collect(Collectors.joining("  "));
    }

    private void finish() {
        tell("the model: " + examined());
        asWritten(() -> RunResult.model(stage::write).write(run));
        LossPlot.draw(run.metrics(), run.plot());
    }

    private void checkpoint(int step, boolean interim) {
        CheckpointProgress progress = CheckpointProgress.at(step, interim);
        checkpoints.save(stage.arena(), progress, state(), RunResult.model(stage::write));
    }

    private Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
        if (average != null) {
            state.putAll(average.state());
        }
        return state;
    }

    private void tell(String line) {
        if (!quiet) {
            System.err.println(line);
        }
    }

    private static void mustBeFinite(int step, double loss, double norm) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new NotFinite(String.format(
                    Locale.ROOT,
                    "step %d: loss %s, gradient norm %s; nothing was updated. Try a lower learning_rate or a longer"
                            + " warm-up",
                    step,
                    loss,
                    norm));
        }
    }

    private static String columns(double loss, double norm, double rate, double speed) {
        return String.format(Locale.ROOT, "loss %.4f  norm %.3f  lr %.2e  img/s %.1f", loss, norm, rate, speed);
    }
}
