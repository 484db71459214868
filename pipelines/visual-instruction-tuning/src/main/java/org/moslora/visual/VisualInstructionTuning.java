package org.moslora.visual;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeText;
import org.moslora.layers.Engine;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.TeamRun;
import org.moslora.tuning.TrainingSetup;
import org.moslora.tuning.Tuning;
import org.moslora.tuning.TuningCheck;

/** Fine-tunes a LLaVA folder on conversations about pictures; the loop itself is {@link Tuning}'s. */
public final class VisualInstructionTuning implements Pipeline {
    @Override
    public String name() {
        return "visual-instruction-tuning";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        VisualRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<VisualRecipe> bound, RunRequest request) {
        try (TrainingSetup setup = TrainingSetup.of(bound, request)) {
            MultimodalModel model = (MultimodalModel) setup.model();
            model.remember((long) (bound.recipe().data().featureMemoryGib() * (1L << 30)));
            Tuning.run(setup, request, model::remembers);
        }
    }

    @Override
    public void lead(RunRequest request, int workers, Consumer<TeamRun> team) {
        VisualRecipe.READER.train(request, bound -> Tuning.lead(bound, request, workers, team));
    }

    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        TuningCheck.run(VisualRecipe.READER.look(request).recipe(), deep, report, request.listener());
    }

    @Override
    public List<KeyNote> keys() {
        return VisualRecipe.READER.keys();
    }

    @Override
    public Bound<VisualRecipe> look(RecipeText recipe) {
        return VisualRecipe.READER.look(recipe);
    }

    @Override
    public Map<String, Object> schema() {
        return VisualRecipe.READER.schema();
    }
}
