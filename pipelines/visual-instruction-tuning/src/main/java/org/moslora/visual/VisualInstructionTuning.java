package org.moslora.visual;

import org.moslora.training.recipe.RunRecipe;
import org.moslora.tuning.TuningPipeline;

/** Fine-tunes a vision-language model on conversations about pictures; the loop itself is {@link org.moslora.tuning.Tuning}'s. */
public final class VisualInstructionTuning implements TuningPipeline<VisualRecipe> {
    @Override
    public String name() {
        return "visual-instruction-tuning";
    }

    @Override
    public RunRecipe<VisualRecipe> recipes() {
        return VisualRecipe.READER;
    }
}
