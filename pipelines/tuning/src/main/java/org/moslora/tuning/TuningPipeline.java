package org.moslora.tuning;

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
import org.moslora.training.recipe.RunRecipe;

/** A training on conversations: all but its name and its recipes is the same, and the loop is {@link Tuning}'s. */
public interface TuningPipeline<R extends Record & TuningRecipe> extends Pipeline {
    /** How its recipes are read. */
    RunRecipe<R> recipes();

    @Override
    default void train(RunRequest request) {
        Engine.start(request.threads());
        recipes().train(request, bound -> Tuning.run(bound, request));
    }

    @Override
    default void lead(RunRequest request, int workers, Consumer<TeamRun> team) {
        recipes().train(request, bound -> Tuning.lead(bound, request, workers, team));
    }

    @Override
    default void check(RunRequest request, boolean deep, @Nullable Path report) {
        TuningCheck.run(recipes().look(request).recipe(), deep, report, request.listener());
    }

    @Override
    default List<KeyNote> keys() {
        return recipes().keys();
    }

    @Override
    default Bound<R> look(RecipeText recipe) {
        return recipes().look(recipe);
    }

    @Override
    default Map<String, Object> schema() {
        return recipes().schema();
    }
}
