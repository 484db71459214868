package org.moslora.tuning;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.moslora.examples.text.Conversation;
import org.moslora.generation.TorchLanguageModelRunner;
import org.moslora.layers.Arena;
import org.moslora.training.BestResult;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.ValidationBlock;

/** The loss on held-back rows while training: keeps the best result, stops when it no longer improves, asks samples. */
final class Validation {
    private final TrainingSetup trainee;
    private final ValidationBlock block;
    private final BestResult best;

    /** @param done steps that a resumed run has taken */
    Validation(TrainingSetup trainee, int done) {
        this.trainee = trainee;
        this.block = trainee.recipe.validation();
        this.best = new BestResult(block.patience());
        if (done > 0) {
            best.restore(trainee.checkpoints.progress(done));
        }
    }

    /** What a checkpoint must remember. */
    JsonObject progress() {
        return best.progress();
    }

    /** Whether the loss has not improved for as long as the recipe allows. */
    boolean exhausted() {
        return best.exhausted();
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
        if (best.add(step, loss)) {
            trainee.result().write(trainee.run);
        }
        listener.tell(best.told(step, loss));
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
        if (best.isAny()) {
            trainee.result().write(trainee.run, "-last");
        } else {
            trainee.result().write(trainee.run);
        }
    }
}
