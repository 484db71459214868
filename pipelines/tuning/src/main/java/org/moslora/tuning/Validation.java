package org.moslora.tuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.training.BestResult;
import org.moslora.training.CheckpointProgress.BestLoss;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.ValidationBlock;

/** The loss on held-back rows while training: keeps the best result, stops when it no longer improves, asks samples. */
final class Validation {
    private final TrainingSetup trainee;
    private final Objective objective;
    private final ValidationBlock block;
    private final BestResult best;

    /** @param best of the steps that a resumed run has taken */
    Validation(TrainingSetup trainee, Objective objective, @Nullable BestLoss best) {
        this.trainee = trainee;
        this.objective = objective;
        this.block = trainee.recipe.validation();
        this.best = new BestResult(block.patience(), best);
    }

    /** What a checkpoint must remember. */
    @Nullable
    BestLoss best() {
        return best.loss();
    }

    /** Whether the loss has not improved for as long as the recipe allows. */
    boolean exhausted() {
        return best.exhausted();
    }

    /** Makes what a run that goes on should have left until its checkpoint, and has not, or has lost since. */
    void complete(int done, int steps, TrainingListener listener) {
        List<Integer> there = trainee.checkpoints.steps().stream()
                .filter(step -> step <= done)
                .toList();
        int lost = lost();
        List<Integer> wanting = there.stream()
                .filter(step -> step == lost || lacksSamples(step, steps))
                .toList();
        trainee.checkpoints.revisit(trainee.model.arena(), wanting, done, trainee.state(), step -> {
            if (step == lost) {
                trainee.result().write(trainee.run);
            }
            if (lacksSamples(step, steps)) {
                sample(step, listener);
            }
        });
        if (lost > 0 && !there.contains(lost)) {
            listener.tell("the best result, of step " + lost + ", is no longer in " + trainee.run.path()
                    + ": the next validation is the best so far");
            best.forget();
        }
    }

    /** The step whose result is the best and is not in the run folder; 0 where it is, or none is. */
    private int lost() {
        Path result = trainee.run.path().resolve(trainee.result().name());
        return Files.exists(result) ? 0 : best.step();
    }

    private boolean lacksSamples(int step, int steps) {
        return isDue(step, steps) && !Files.exists(Samples.file(trainee, step));
    }

    private boolean isDue(int step, int steps) {
        return step % block.every() == 0 || step == steps;
    }

    private void sample(int step, TrainingListener listener) {
        Samples.write(trainee, step).ifPresent(file -> listener.sampled(step, file));
    }

    /** Validates after a step, if it is time to. */
    void after(int step, int steps, TrainingListener listener) {
        if (!isDue(step, steps)) {
            return;
        }
        sample(step, listener);
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
        try (Arena folding = trainee.model.step()) {
            trainee.adapters.materializeForInference(folding);
            return objective.loss();
        }
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
