package org.moslora.tuning;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.console.recipe.Bound;
import org.moslora.examples.Batch;
import org.moslora.examples.ExampleLoader;
import org.moslora.layers.Arena;
import org.moslora.layers.Engine;
import org.moslora.llava.Pass;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.LossPlot;
import org.moslora.training.Memory;
import org.moslora.training.Metrics;
import org.moslora.training.Pipeline;
import org.moslora.training.Provenance;
import org.moslora.training.Request;
import org.moslora.training.Resumption;
import org.moslora.training.Schedule;
import org.moslora.training.StepReport;
import org.moslora.training.recipe.TrainingBlock;

/**
 * Fine-tunes a LLaVA folder on conversations about pictures. One step: fold the adapters, run every micro-batch forward
 * and backward, pull the gradient back, clip, update. Read {@link #loop} from top to bottom.
 */
public final class VisualInstructionTuning implements Pipeline {
    @Override
    public String name() {
        return "visual-instruction-tuning";
    }

    @Override
    public void train(Request request) {
        Engine.start(request.threads());
        Messages messages = Messages.stderr(request.quiet());
        Bound<TuningRecipe> bound = TuningRequest.bind(request);
        try (TuningParts parts = TuningParts.of(bound, messages)) {
            int done = request.resume() == null
                    ? 0
                    : Resumption.restore(
                            parts.checkpoints, parts.model.arena(), parts.optimizer.state(), messages::tell);
            parts.run.create();
            DurableFiles.writeString(parts.run.recipe(), parts.resolved);
            try (Provenance provenance = new Provenance(
                    parts.run.provenance(), parts.recipe.training().seed(), parts.inputs())) {
                loop(parts, done, request.quiet());
                provenance.complete();
            }
        }
    }

    private static void loop(TuningParts parts, int done, boolean quiet) {
        TrainingBlock training = parts.recipe.training();
        int steps = training.steps(parts.plan.stepsPerEpoch());
        int warmup = training.warmup(steps);
        remark(training, warmup, quiet);
        Validation validation = new Validation(parts, done);
        try (ExampleLoader loader = parts.loader(done, steps);
                Metrics metrics = Metrics.open(parts.run.metrics(), done);
                Progress progress = Progress.start("training", steps, quiet)) {
            progress.resume(done);
            for (int step = done + 1; step <= steps && !validation.exhausted(); step++) {
                long started = System.nanoTime();
                List<Batch> batches = loader.take();
                int tokens = batches.stream().mapToInt(Batch::supervised).sum();
                double factor = training.schedule().factor(step - 1, warmup, steps);
                double loss = 0;
                float norm;
                try (Arena arena = parts.model.step()) {
                    parts.adapters.fold(arena);
                    for (int micro = 0; micro < batches.size(); micro++) {
                        loss += learn(parts, batches.get(micro), tokens, seed(training.seed(), step, micro));
                    }
                    parts.adapters.pullBack(arena);
                    norm = parts.optimizer.clip(arena);
                    mustBeFinite(step, loss, norm, batches);
                    parts.optimizer.update(arena, step, factor);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                double rate = training.learningRate() * factor;
                metrics.add(new StepReport(step, loss, norm, rate, seconds, "tokens", tokens, Memory.peak()));
                progress.step(step, columns(loss, norm, rate, tokens / seconds));
                validation.after(step, steps, progress);
                if (step % training.checkpointEvery() == 0 || step == steps) {
                    checkpoint(parts, step, validation);
                }
            }
        }
        validation.finish();
        LossPlot.draw(parts.run.metrics(), parts.run.plot());
    }

    private static void remark(TrainingBlock training, int warmup, boolean quiet) {
        if (training.schedule() == Schedule.CONSTANT && warmup > 0) {
            Messages.stderr(quiet)
                    .tell("schedule constant ignores the warm-up of " + warmup
                            + " steps; constant-with-warmup would keep it");
        }
    }

    /** Forward and backward of one micro-batch; its part of the step's loss, a mean over the step's tokens. */
    private static double learn(TuningParts parts, Batch batch, int tokens, long seed) {
        if (batch.supervised() == 0) {
            return 0;
        }
        try (Arena arena = parts.model.step()) {
            Pass pass =
                    parts.model.forward(arena, batch, parts.recipe.training().kept(), seed);
            double sum = 0;
            for (float loss : parts.model.backward(arena, pass, 1.0 / tokens)) {
                sum += loss;
            }
            return sum / tokens;
        }
    }

    private static void checkpoint(TuningParts parts, int step, Validation validation) {
        JsonObject progress = validation.progress();
        progress.addProperty("step", step);
        parts.checkpoints.save(parts.model.arena(), step, parts.optimizer.state(), progress, parts::writeAdapter);
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

    private static String columns(double loss, double norm, double rate, double speed) {
        return String.format(Locale.ROOT, "loss %.4f  norm %.3f  lr %.2e  tok/s %.0f", loss, norm, rate, speed);
    }

    @Override
    public void check(Request request, boolean deep, @Nullable Path report) {
        TuningCheck.run(TuningRequest.look(request), deep, report, Messages.stderr(request.quiet()));
    }
}
