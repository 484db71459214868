package org.moslora.dreambooth;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeText;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.BestResult;
import org.moslora.training.CheckpointProgress;
import org.moslora.training.Ema;
import org.moslora.training.LossPlot;
import org.moslora.training.Memory;
import org.moslora.training.Metrics;
import org.moslora.training.Pipeline;
import org.moslora.training.Provenance;
import org.moslora.training.Resumption;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.StepReport;
import org.moslora.training.TeamRun;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.report.Reports;
import org.moslora.training.team.Team;

/**
 * Personalises an image generator from a few pictures of one thing. One step: fold the adapters, run every micro-batch
 * forward and backward, pull the gradient back, clip, update. Read {@link #loop} from top to bottom.
 */
public final class DreamBooth implements Pipeline {
    @Override
    public String name() {
        return "dreambooth";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        DreamBoothRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<DreamBoothRecipe> bound, RunRequest request) {
        TrainingListener listener = request.listener();
        Team team = request.team();
        try (DreamBoothParts parts = DreamBoothParts.of(bound, request)) {
            CheckpointProgress start =
                    Resumption.restore(request, parts.checkpoints, parts.denoiser.arena(), parts.state());
            if (!team.writes()) {
                StopRequest.attending(() -> loop(parts, team, start, listener));
                return;
            }
            parts.run.create();
            try (Reports reports =
                    Reports.of(parts.recipe.report(), parts.run, bound.settings(), start.step(), listener)) {
                run(parts, team, start, reports);
                reports.finished();
            } finally {
                listener.ended();
            }
        }
    }

    private static void run(DreamBoothParts parts, Team team, CheckpointProgress start, TrainingListener listener) {
        DurableFiles.writeString(parts.run.recipe(), parts.resolved);
        try (Provenance provenance =
                new Provenance(parts.run.provenance(), parts.recipe.training().seed(), parts.inputs())) {
            StopRequest.attending(() -> loop(parts, team, start, listener));
            provenance.complete();
        }
    }

    private static void loop(DreamBoothParts parts, Team team, CheckpointProgress start, TrainingListener listener) {
        int done = start.step();
        TrainingBlock training = parts.recipe.training();
        int steps = parts.steps;
        int warmup = training.warmup(steps);
        DenoisingStep learning = new DenoisingStep(parts);
        SamplePictures samples = new SamplePictures(parts);
        if (team.writes()) {
            samples.complete(done, listener);
        }
        BestResult best = new BestResult(parts.recipe.validation().patience(), start.best());
        parts.noise.start(training.seed(), parts.plan, done);
        try (Metrics metrics = Metrics.open(team, parts.run.metrics(), done)) {
            listener.started("training", done, steps);
            for (int step = done + 1; step <= steps && !team.any(best.exhausted()); step++) {
                long started = System.nanoTime();
                List<List<TrainingImage>> batches = parts.plan.step(step - 1L);
                int images = batches.stream().mapToInt(List::size).sum();
                double factor = training.schedule().factor(step - 1, warmup, steps);
                double loss = 0;
                float norm;
                try (Arena arena = parts.denoiser.step()) {
                    parts.adapters.materialize(arena);
                    for (int micro = 0; micro < batches.size(); micro++) {
                        double share = 1.0 / batches.size();
                        long seed = training.dropoutSeed(step, micro);
                        loss += team.takes(micro) ? share * learning.learn(batches.get(micro), share, seed) : 0;
                        parts.noise.dropUnless(team.takes(micro), batches.get(micro));
                    }
                    parts.adapters.backward(arena);
                    team.sum(arena, parts.adapters.parameters().gradient());
                    loss = team.sum(loss) + parts.adapters.penalise(arena);
                    norm = parts.optimizer.clip(arena);
                    mustBeFinite(step, loss, norm, batches);
                    parts.optimizer.update(arena, step, factor);
                    parts.adapters.updated(arena, step);
                    average(parts.ema, arena, step);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                double rate = training.learningRate() * factor;
                StepReport report = new StepReport(step, loss, norm, rate, seconds, "images", images, Memory.peak());
                OptionalDouble heldBack = team.writes() ? parts.heldBack.after(step) : OptionalDouble.empty();
                metrics.add(report, heldBack);
                listener.stepped(report);
                if (heldBack.isPresent()) {
                    validated(parts, best, step, heldBack.getAsDouble(), listener);
                }
                boolean regular = step % training.checkpointEvery() == 0 || step == steps;
                boolean stopping = team.any(StopRequest.isMade()) && step < steps;
                if (regular || stopping) {
                    checkpoint(parts, team, step, best, !regular, listener);
                }
                if (team.writes()) {
                    samples.after(step, listener);
                }
                if (stopping) {
                    throw parts.run.stopped(step, steps);
                }
            }
        }
        if (team.writes()) {
            finish(parts, best);
        }
    }

    /** Leaves a point to go on from, which all members of a team have come to; one of them writes it. */
    private static void checkpoint(
            DreamBoothParts parts, Team team, int step, BestResult best, boolean interim, TrainingListener listener) {
        team.mustAgree(parts.denoiser.arena(), parts.adapters.parameters().value(), "after step " + step);
        if (team.writes()) {
            listener.checkpointed(step, parts.checkpoint(step, interim, best, team.size()));
        }
    }

    /** Keeps what is the best so far. */
    private static void validated(
            DreamBoothParts parts, BestResult best, int step, double loss, TrainingListener listener) {
        listener.validated(step, loss);
        if (best.add(step, loss)) {
            parts.result().write(parts.run);
        }
        listener.tell(best.told(step, loss));
    }

    private static void average(@Nullable Ema ema, Arena arena, int step) {
        if (ema != null) {
            ema.update(arena, step);
        }
    }

    /** Leaves the run's result: the best where pictures were held back, with the last beside it; else the last. */
    private static void finish(DreamBoothParts parts, BestResult best) {
        parts.result().write(parts.run, best.isAny() ? "-last" : "");
        if (parts.ema != null) {
            parts.ema.during(parts.denoiser.arena(), () -> parts.result().write(parts.run, "-ema"));
        }
        LossPlot.draw(parts.run.metrics(), parts.run.plot());
    }

    private static void mustBeFinite(int step, double loss, double norm, List<List<TrainingImage>> batches) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new NotFinite(String.format(
                    Locale.ROOT,
                    "step %d: loss %s, gradient norm %s; nothing was updated. The pictures were %s. Try a lower"
                            + " learning_rate, a longer warm-up, or precision fp32",
                    step,
                    loss,
                    norm,
                    batches.stream()
                            .flatMap(List::stream)
                            .map(image -> image.picture().file().getFileName())
                            .toList()));
        }
    }

    @Override
    public void lead(RunRequest request, int workers, Consumer<TeamRun> team) {
        DreamBoothRecipe.READER.train(request, bound -> lead(bound.recipe(), request, workers, team));
    }

    private static void lead(DreamBoothRecipe recipe, RunRequest request, int workers, Consumer<TeamRun> team) {
        TrainingBlock training = recipe.training();
        TeamRun.mustShare(training.gradientAccumulation(), workers);
        int steps;
        try (Sources sources = Sources.open(recipe, request.listener()::tell)) {
            steps = training.steps(sources.subjects().stepsPerRound());
            if (sources.isPriorMissing()) {
                Engine.start(request.threads());
                Compute compute = new Compute(Engine.device(recipe.device()), training.precision());
                sources.complete(compute, request.listener());
            }
        }
        team.accept(new TeamRun(new RunFolder(recipe.output()), steps, training.gradientAccumulation()));
    }

    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        DreamBoothCheck.run(DreamBoothRecipe.READER.look(request).recipe(), deep, report, request.listener());
    }

    @Override
    public List<KeyNote> keys() {
        return DreamBoothRecipe.READER.keys();
    }

    @Override
    public Bound<DreamBoothRecipe> look(RecipeText recipe) {
        return DreamBoothRecipe.READER.look(recipe);
    }

    @Override
    public Map<String, Object> schema() {
        return DreamBoothRecipe.READER.schema();
    }
}
