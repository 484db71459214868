package org.moslora.tuning;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.moslora.console.progress.StopRequest;
import org.moslora.examples.Batch;
import org.moslora.examples.ExampleLoader;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Arena;
import org.moslora.problems.Messages;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.CheckpointProgress;
import org.moslora.training.LossPlot;
import org.moslora.training.Memory;
import org.moslora.training.Metrics;
import org.moslora.training.Provenance;
import org.moslora.training.Resumption;
import org.moslora.training.RunRequest;
import org.moslora.training.Schedule;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.report.Reports;

/**
 * Fine-tunes a model on conversations. One step: fold the adapters, run every micro-batch forward and backward, pull the
 * gradient back, clip, update. Read {@link #loop} from top to bottom.
 */
public final class Tuning {
    private Tuning() {}

    /**
     * Trains, or goes on with the run that the request resumes.
     *
     * @param remembered whether the model needs a picture's pixels no more
     */
    public static void run(TrainingSetup trainee, RunRequest request, Predicate<ShownPicture> remembered) {
        TrainingListener listener = request.listener();
        CheckpointProgress start = request.resume() == null
                ? CheckpointProgress.start()
                : Resumption.restore(trainee.checkpoints, trainee.model.arena(), trainee.state(), listener::tell);
        trainee.run.create();
        try (Reports reports =
                Reports.of(trainee.recipe.report(), trainee.run, trainee.settings, start.step(), listener)) {
            run(trainee, start, remembered, reports);
            reports.finished();
        } finally {
            listener.ended();
        }
    }

    private static void run(
            TrainingSetup trainee,
            CheckpointProgress start,
            Predicate<ShownPicture> remembered,
            TrainingListener listener) {
        DurableFiles.writeString(trainee.run.recipe(), trainee.resolved);
        long seed = trainee.recipe.training().seed();
        try (Provenance provenance = new Provenance(trainee.run.provenance(), seed, trainee.inputs())) {
            StopRequest.attending(() -> loop(trainee, start, remembered, listener));
            provenance.complete();
        }
    }

    private static void loop(
            TrainingSetup trainee,
            CheckpointProgress start,
            Predicate<ShownPicture> remembered,
            TrainingListener listener) {
        int done = start.step();
        TrainingBlock training = trainee.recipe.training();
        int steps = training.steps(trainee.plan.stepsPerEpoch());
        int warmup = training.warmup(steps);
        remark(training, warmup, listener::tell);
        Objective objective = Objective.of(trainee);
        Validation validation = new Validation(trainee, objective, start.best());
        validation.complete(done, steps, listener);
        try (ExampleLoader loader = trainee.loader(done, steps, remembered);
                Metrics metrics = Metrics.open(trainee.run.metrics(), done)) {
            listener.started("training", done, steps);
            for (int step = done + 1; step <= steps && !validation.exhausted(); step++) {
                long started = System.nanoTime();
                List<Batch> batches = loader.take();
                int tokens = batches.stream().mapToInt(Batch::supervised).sum();
                int units = objective.units(batches);
                double factor = training.schedule().factor(step - 1, warmup, steps);
                double loss = 0;
                float norm;
                try (Arena arena = trainee.model.step()) {
                    trainee.adapters.materialize(arena);
                    for (int micro = 0; micro < batches.size(); micro++) {
                        loss += objective.learn(batches.get(micro), units, seed(training.seed(), step, micro));
                    }
                    loss += trainee.adapters.backward(arena);
                    norm = trainee.optimizer.clip(arena);
                    mustBeFinite(step, loss, norm, batches);
                    trainee.optimizer.update(arena, step, factor);
                    trainee.adapters.updated(arena, step);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                double rate = training.learningRate() * factor;
                StepReport report = new StepReport(
                        step, loss, norm, rate, seconds, "tokens", tokens, Memory.peak(), objective.figures());
                metrics.add(report);
                listener.stepped(report);
                validation.after(step, steps, listener);
                boolean regular = step % training.checkpointEvery() == 0 || step == steps;
                boolean stopping = StopRequest.isMade() && step < steps;
                if (regular || stopping) {
                    listener.checkpointed(step, checkpoint(trainee, step, validation, !regular));
                }
                if (stopping) {
                    throw trainee.run.stopped(step, steps);
                }
            }
        }
        validation.finish();
        LossPlot.draw(trainee.run.metrics(), trainee.run.plot());
    }

    private static void remark(TrainingBlock training, int warmup, Messages messages) {
        if (training.schedule() == Schedule.CONSTANT && warmup > 0) {
            messages.tell("schedule constant ignores the warm-up of " + warmup
                    + " steps; constant-with-warmup would keep it");
        }
    }

    private static Path checkpoint(TrainingSetup trainee, int step, Validation validation, boolean interim) {
        CheckpointProgress progress = CheckpointProgress.at(step, interim).validated(validation.best());
        return trainee.checkpoints.save(trainee.model.arena(), progress, trainee.state(), trainee.result());
    }

    /** Of dropout masks: a function of where in the run they fall, so that resuming needs no redraw. */
    private static long seed(long seed, int step, int micro) {
        return (seed * 1_000_003L + step) * 1_000_003L + micro;
    }

    private static void mustBeFinite(int step, double loss, double norm, List<Batch> batches) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new NotFinite(String.format(
                    Locale.ROOT,
                    "step %d: loss %s, gradient norm %s; nothing was updated. The rows were %s. Try a lower"
                            + " learning_rate, a longer warm-up, or precision fp32",
                    step,
                    loss,
                    norm,
                    batches.stream().map(Batch::conversations).toList()));
        }
    }
}
