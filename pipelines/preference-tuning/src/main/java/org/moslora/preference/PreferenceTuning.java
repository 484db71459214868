package org.moslora.preference;

import org.moslora.training.recipe.RunRecipe;
import org.moslora.tuning.TuningPipeline;

/** Teaches a model which of two answers is the better; the loop itself is {@link org.moslora.tuning.Tuning}'s. */
public final class PreferenceTuning implements TuningPipeline<PreferenceRecipe> {
    @Override
    public String name() {
        return "preference-tuning";
    }

    @Override
    public RunRecipe<PreferenceRecipe> recipes() {
        return PreferenceRecipe.READER;
    }
}
