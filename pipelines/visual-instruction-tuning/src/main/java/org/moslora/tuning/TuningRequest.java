package org.moslora.tuning;

import org.moslora.console.recipe.Bound;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Request;
import org.moslora.training.recipe.RunRecipe;

/** Reads the recipe of a request. */
final class TuningRequest {
    private static final RunRecipe<TuningRecipe> RECIPE =
            new RunRecipe<>(TuningRecipe.class, TuningRecipe.spellings(), TuningRecipe::output);

    private TuningRequest() {}

    /**
     * Binds the recipe, or a resumed run's own.
     *
     * @throws InvalidInput with every problem of the recipe, or when the run folder is in use
     */
    static Bound<TuningRecipe> bind(Request request) {
        return RECIPE.bind(request);
    }

    /**
     * Binds the recipe to look at it only: its run folder may be in use.
     *
     * @throws InvalidInput with every problem of the recipe
     */
    static Bound<TuningRecipe> look(Request request) {
        return RECIPE.look(request);
    }
}
