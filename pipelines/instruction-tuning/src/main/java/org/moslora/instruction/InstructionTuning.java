package org.moslora.instruction;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Engine;
import org.moslora.problems.Messages;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.tuning.TrainingSetup;
import org.moslora.tuning.Tuning;
import org.moslora.tuning.TuningCheck;

/** Fine-tunes a text model on conversations or instructions; the loop itself is {@link Tuning}'s. */
public final class InstructionTuning implements Pipeline {
    private static final RunRecipe<InstructionRecipe> RECIPE =
            new RunRecipe<>(InstructionRecipe.class, InstructionRecipe.spellings(), InstructionRecipe::output);

    @Override
    public String name() {
        return "instruction-tuning";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        RECIPE.train(request, bound -> {
            try (TrainingSetup trainee = TrainingSetup.of(bound, Messages.stderr(request.quiet()))) {
                Tuning.run(trainee, request, picture -> false);
            }
        });
    }

    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        TuningCheck.run(RECIPE.look(request).recipe(), deep, report, Messages.stderr(request.quiet()));
    }
}
