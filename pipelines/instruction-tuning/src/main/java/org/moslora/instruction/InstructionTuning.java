package org.moslora.instruction;

import org.moslora.training.recipe.RunRecipe;
import org.moslora.tuning.TuningPipeline;

/** Fine-tunes a text model on conversations or instructions; the loop itself is {@link org.moslora.tuning.Tuning}'s. */
public final class InstructionTuning implements TuningPipeline<InstructionRecipe> {
    @Override
    public String name() {
        return "instruction-tuning";
    }

    @Override
    public RunRecipe<InstructionRecipe> recipes() {
        return InstructionRecipe.READER;
    }
}
