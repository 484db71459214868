package org.moslora.instruction;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeText;
import org.moslora.layers.Engine;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.TeamRun;
import org.moslora.tuning.TrainingSetup;
import org.moslora.tuning.Tuning;
import org.moslora.tuning.TuningCheck;

/** Fine-tunes a text model on conversations or instructions; the loop itself is {@link Tuning}'s. */
public final class InstructionTuning implements Pipeline {
    @Override
    public String name() {
        return "instruction-tuning";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        InstructionRecipe.READER.train(request, bound -> {
            try (TrainingSetup setup = TrainingSetup.of(bound, request)) {
                Tuning.run(setup, request, picture -> false);
            }
        });
    }

    @Override
    public void lead(RunRequest request, int workers, Consumer<TeamRun> team) {
        InstructionRecipe.READER.train(request, bound -> Tuning.lead(bound, request, workers, team));
    }

    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        TuningCheck.run(InstructionRecipe.READER.look(request).recipe(), deep, report, request.listener());
    }

    @Override
    public List<KeyNote> keys() {
        return InstructionRecipe.READER.keys();
    }

    @Override
    public Bound<InstructionRecipe> look(RecipeText recipe) {
        return InstructionRecipe.READER.look(recipe);
    }

    @Override
    public Map<String, Object> schema() {
        return InstructionRecipe.READER.schema();
    }
}
