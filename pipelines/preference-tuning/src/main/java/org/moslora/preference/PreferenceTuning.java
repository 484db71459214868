package org.moslora.preference;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeText;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Engine;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.TeamRun;
import org.moslora.tuning.TrainingSetup;
import org.moslora.tuning.Tuning;
import org.moslora.tuning.TuningCheck;

/** Teaches a model which of two answers is the better; the loop itself is {@link Tuning}'s. */
public final class PreferenceTuning implements Pipeline {
    @Override
    public String name() {
        return "preference-tuning";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        PreferenceRecipe.READER.train(request, bound -> {
            try (TrainingSetup setup = TrainingSetup.of(bound, request)) {
                double memory = bound.recipe().data().featureMemoryGib();
                Tuning.run(setup, request, remembered(setup, (long) (memory * (1L << 30))));
            }
        });
    }

    private static Predicate<ShownPicture> remembered(TrainingSetup setup, long bytes) {
        if (setup.model() instanceof MultimodalModel model) {
            model.remember(bytes);
            return model::remembers;
        }
        return picture -> false;
    }

    @Override
    public void lead(RunRequest request, int workers, Consumer<TeamRun> team) {
        PreferenceRecipe.READER.train(request, bound -> Tuning.lead(bound, request, workers, team));
    }

    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        TuningCheck.run(PreferenceRecipe.READER.look(request).recipe(), deep, report, request.listener());
    }

    @Override
    public List<KeyNote> keys() {
        return PreferenceRecipe.READER.keys();
    }

    @Override
    public Bound<PreferenceRecipe> look(RecipeText recipe) {
        return PreferenceRecipe.READER.look(recipe);
    }

    @Override
    public Map<String, Object> schema() {
        return PreferenceRecipe.READER.schema();
    }
}
