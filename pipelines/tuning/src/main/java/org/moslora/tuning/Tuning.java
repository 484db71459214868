package org.moslora.tuning;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.recipe.Bound;
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
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.Schedule;
import org.moslora.training.StepReport;
import org.moslora.training.TeamRun;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.report.Reports;
import org.moslora.training.team.Team;

/**
 * Fine-tunes a model on conversations. One step: fold the adapters, run every micro-batch forward and backward, pull the
 * gradient back, clip, update. Read {@link #loop} from top to bottom.
 */
public final class Tuning {
    private Tuning() {}

    /** Trains, or goes on with the run that the request resumes. */
    static <R extends Record & TuningRecipe> void run(Bound<R> bound, RunRequest request) {
        try (TrainingSetup setup = TrainingSetup.of(bound, request)) {
            run(setup, request, setup.remembered());
        }
    }

    /** @param remembered whether the model needs a picture's pixels no more */
    static void run(TrainingSetup setup, RunRequest request, Predicate<ShownPicture> remembered) {
        TrainingListener listener = request.listener();
        Team team = request.team();
        CheckpointProgress start = Resumption.restore(request, setup.checkpoints, setup.model.arena(), setup.state());
        if (!team.writes()) {
            StopRequest.attending(() -> loop(setup, team, start, remembered, listener));
            return;
        }
        setup.run.create();
        try (Reports reports = Reports.of(setup.recipe.report(), setup.run, setup.settings, start.step(), listener)) {
            run(setup, team, start, remembered, reports);
            reports.finished();
        } finally {
            listener.ended();
        }
    }

    private static void run(
            TrainingSetup setup,
            Team team,
            CheckpointProgress start,
            Predicate<ShownPicture> remembered,
            TrainingListener listener) {
        DurableFiles.writeString(setup.run.recipe(), setup.resolved);
        long seed = setup.recipe.training().seed();
        try (Provenance provenance = new Provenance(setup.run.provenance(), seed, setup.inputs())) {
            StopRequest.attending(() -> loop(setup, team, start, remembered, listener));
            provenance.complete();
        }
    }

    /**
     * Leads a team: everything is read and checked once, so that what is wrong is told before any member begins.
     *
     * @param workers how many there will be, 0 where nobody knows yet
     */
    static <R extends Record & TuningRecipe> void lead(
            Bound<R> bound, RunRequest request, int workers, Consumer<TeamRun> team) {
        TuningRecipe recipe = bound.recipe();
        TrainingBlock training = recipe.training();
        TeamRun.mustShare(training.gradientAccumulation(), workers);
        TuningSources sources = TuningSources.open(recipe, request.listener()::tell);
        int steps;
        try {
            steps = training.steps(TrainingSetup.plan(recipe, sources.data()).stepsPerEpoch());
            recipe.trained().plan().over(steps).check(sources.folder().sites().values());
            if (recipe.device().equals("cpu")) { // a leader need not have the GPUs that its team has
                sources.tellMemory(recipe, Device.cpu(), request.listener()::tell);
            }
        } finally {
            TuningSources.close(sources.processor(), sources.folder());
        }
        team.accept(new TeamRun(new RunFolder(recipe.output()), steps, training.gradientAccumulation()));
    }

    private static void loop(
            TrainingSetup setup,
            Team team,
            CheckpointProgress start,
            Predicate<ShownPicture> remembered,
            TrainingListener listener) {
        int done = start.step();
        TrainingBlock training = setup.recipe.training();
        int steps = training.steps(setup.plan.stepsPerEpoch());
        int warmup = training.warmup(steps);
        remark(training, warmup, listener::tell);
        Objective objective = Objective.of(setup);
        Validation validation = new Validation(setup, objective, start.best());
        if (team.writes()) {
            validation.complete(done, steps, listener);
        }
        try (ExampleLoader loader = setup.loader(team, done, steps, remembered);
                Metrics metrics = Metrics.open(team, setup.run.metrics(), done)) {
            listener.started("training", done, steps);
            for (int step = done + 1; step <= steps && !team.any(validation.exhausted()); step++) {
                long started = System.nanoTime();
                List<Batch> batches = loader.take();
                long tokens =
                        team.sum(batches.stream().mapToLong(Batch::supervised).sum());
                long units = team.sum(objective.units(batches));
                double factor = training.schedule().factor(step - 1, warmup, steps);
                double loss = 0;
                float norm;
                try (Arena arena = setup.model.step()) {
                    setup.adapters.materialize(arena);
                    for (int own = 0; own < batches.size(); own++) {
                        long seed = training.dropoutSeed(step, team.micro(own));
                        loss += objective.learn(batches.get(own), units, seed);
                    }
                    setup.adapters.backward(arena);
                    team.sum(arena, setup.adapters.parameters().gradient());
                    loss = team.sum(loss) + setup.adapters.penalise(arena);
                    norm = setup.optimizer.clip(arena);
                    mustBeFinite(step, loss, norm, setup);
                    setup.optimizer.update(arena, step, factor);
                    setup.adapters.updated(arena, step);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                double rate = training.learningRate() * factor;
                StepReport report = new StepReport(
                        step, loss, norm, rate, seconds, "tokens", tokens, Memory.peak(), objective.figures(team));
                metrics.add(report);
                listener.stepped(report);
                if (team.writes()) {
                    validation.after(step, steps, listener);
                }
                boolean regular = step % training.checkpointEvery() == 0 || step == steps;
                boolean stopping = team.any(StopRequest.isMade()) && step < steps;
                if (regular || stopping) {
                    checkpoint(setup, team, step, validation, !regular, listener);
                }
                if (stopping) {
                    throw setup.run.stopped(step, steps);
                }
            }
        }
        if (team.writes()) {
            validation.finish();
            LossPlot.draw(setup.run.metrics(), setup.run.plot());
        }
    }

    private static void remark(TrainingBlock training, int warmup, Messages messages) {
        if (training.schedule() == Schedule.CONSTANT && warmup > 0) {
            messages.tell("schedule constant ignores the warm-up of " + warmup
                    + " steps; constant-with-warmup would keep it");
        }
    }

    /** Leaves a point to go on from, which all members of a team have come to; one of them writes it. */
    private static void checkpoint(
            TrainingSetup setup,
            Team team,
            int step,
            Validation validation,
            boolean interim,
            TrainingListener listener) {
        team.mustAgree(setup.model.arena(), setup.adapters.parameters().value(), "after step " + step);
        if (team.writes()) {
            CheckpointProgress progress =
                    CheckpointProgress.at(step, interim).by(team.size()).validated(validation.best());
            Path folder = setup.checkpoints.save(setup.model.arena(), progress, setup.state(), setup.result());
            listener.checkpointed(step, folder);
        }
    }

    private static void mustBeFinite(int step, double loss, double norm, TrainingSetup setup) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new NotFinite(String.format(
                    Locale.ROOT,
                    "step %d: loss %s, gradient norm %s; nothing was updated. The rows were %s. Try a lower"
                            + " learning_rate, a longer warm-up, or precision fp32",
                    step,
                    loss,
                    norm,
                    setup.conversations(step)));
        }
    }
}
