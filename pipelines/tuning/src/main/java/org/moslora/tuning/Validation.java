package org.moslora.tuning;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.moslora.examples.text.Conversation;
import org.moslora.generation.TorchLanguageModelRunner;
import org.moslora.layers.Arena;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.ValidationBlock;

/** The loss on held-back rows while training: keeps the best result, stops when it no longer improves, asks samples. */
final class Validation {
    private final TrainingSetup trainee;
    private final ValidationBlock block;
    private double best = Double.POSITIVE_INFINITY;
    private int bestStep;
    private int worse;

    /** @param done steps that a resumed run has taken */
    Validation(TrainingSetup trainee, int done) {
        this.trainee = trainee;
        this.block = trainee.recipe.validation();
        if (done > 0) {
            JsonObject progress = trainee.checkpoints.progress(done);
            if (progress.has("best_loss")) {
                best = progress.get("best_loss").getAsDouble();
                bestStep = progress.get("best_step").getAsInt();
                worse = progress.get("without_improvement").getAsInt();
            }
        }
    }

    /** What a checkpoint must remember. */
    JsonObject progress() {
        JsonObject json = new JsonObject();
        if (bestStep > 0) {
            json.addProperty("best_loss", best);
            json.addProperty("best_step", bestStep);
            json.addProperty("without_improvement", worse);
        }
        return json;
    }

    /** Whether the loss has not improved for as long as the recipe allows. */
    boolean exhausted() {
        return block.patience() > 0 && worse >= block.patience();
    }

    /** Validates after a step, if it is time to. */
    void after(int step, int steps, TrainingListener listener) {
        if (step % block.every() != 0 && step != steps) {
            return;
        }
        Samples.write(trainee, step).ifPresent(file -> listener.sampled(step, file));
        if (trainee.data.heldBack().isEmpty()) {
            return;
        }
        double loss = loss();
        listener.validated(step, loss);
        boolean better = loss < best;
        if (better) {
            best = loss;
            bestStep = step;
            worse = 0;
            trainee.result().write(trainee.run);
        } else {
            worse++;
        }
        listener.tell(String.format(
                Locale.ROOT,
                "step %d: validation loss %.4f%s",
                step,
                loss,
                better ? "" : String.format(Locale.ROOT, " (best %.4f at step %d)", best, bestStep)));
    }

    private double loss() {
        double sum = 0;
        long tokens = 0;
        try (Arena folding = trainee.model.step()) {
            trainee.adapters.materializeForInference(folding);
            List<Conversation> rows = new ArrayList<>(trainee.data.heldBack());
            for (Losses.Score score :
                    Losses.of(new TorchLanguageModelRunner(trainee.model), trainee.spelling, rows, line -> {})) {
                sum += score.sum();
                tokens += score.tokens();
            }
        }
        return sum / Math.max(1, tokens);
    }

    /** Leaves the run's result: the best where rows were held back, with the last beside it; else the last. */
    void finish() {
        if (bestStep > 0) {
            trainee.result().write(trainee.run, "-last");
        } else {
            trainee.result().write(trainee.run);
        }
    }
}
