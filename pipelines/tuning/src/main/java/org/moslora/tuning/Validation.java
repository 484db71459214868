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
    private final TrainingSetup setup;
    private final Objective objective;
    private final ValidationBlock block;
    private final BestResult best;

    /** @param best of the steps that a resumed run has taken */
    Validation(TrainingSetup setup, Objective objective, @Nullable BestLoss best) {
        this.setup = setup;
        this.objective = objective;
        this.block = setup.recipe.validation();
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
        List<Integer> there =
                setup.checkpoints.steps().stream().filter(step -> step <= done).toList();
        int lost = lost();
        List<Integer> wanting = there.stream()
                .filter(step -> step == lost || lacksSamples(step, steps))
                .toList();
        setup.checkpoints.revisit(setup.model.arena(), wanting, done, setup.state(), step -> {
            if (step == lost) {
                setup.result().write(setup.run);
            }
            if (lacksSamples(step, steps)) {
                sample(step, listener);
            }
        });
        if (lost > 0 && !there.contains(lost)) {
            listener.tell("the best result, of step " + lost + ", is no longer in " + setup.run.path()
                    + ": the next validation is the best so far");
            best.forget();
        }
    }

    /** The step whose result is the best and is not in the run folder; 0 where it is, or none is. */
    private int lost() {
        Path result = setup.run.path().resolve(setup.result().name());
        return Files.exists(result) ? 0 : best.step();
    }

    private boolean lacksSamples(int step, int steps) {
        return isDue(step, steps) && !Files.exists(Samples.file(setup, step));
    }

    private boolean isDue(int step, int steps) {
        return step % block.every() == 0 || step == steps;
    }

    private void sample(int step, TrainingListener listener) {
        Samples.write(setup, step).ifPresent(file -> listener.sampled(step, file));
    }

    /** Validates after a step, if it is time to. */
    void after(int step, int steps, TrainingListener listener) {
        if (!isDue(step, steps)) {
            return;
        }
        sample(step, listener);
        if (setup.data.heldBack().isEmpty()) {
            return;
        }
        double loss = loss();
        listener.validated(step, loss);
        if (best.add(step, loss)) {
            setup.result().write(setup.run);
        }
        listener.tell(best.told(step, loss));
    }

    private double loss() {
        try (Arena folding = setup.model.step()) {
            setup.adapters.materializeForInference(folding);
            return objective.loss();
        }
    }

    /** Leaves the run's result: the best where rows were held back, with the last beside it; else the last. */
    void finish() {
        if (best.isAny()) {
            setup.result().write(setup.run, "-last");
        } else {
            setup.result().write(setup.run);
        }
    }
}
