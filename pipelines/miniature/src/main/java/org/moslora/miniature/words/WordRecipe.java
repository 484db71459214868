package org.moslora.miniature.words;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Existing;
import org.moslora.console.recipe.Means;
import org.moslora.console.recipe.Spellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;

/** A recipe of this pipeline. */
public record WordRecipe(
        @Means("miniature-words") String pipeline,

        @Means("a LLaVA folder whose tower is trained") @Existing(Existing.Thing.FOLDER)
        Path model,

        @Means("the run folder") Path output,
        @Default("200") @Means("steps between examinations") int examineEvery,

        @Default("256") @Means("scenes of an examination, none of which is learnt from")
        int examined,

        TrainingBlock training) {
    static final RunRecipe<WordRecipe> READER = new RunRecipe<>(WordRecipe.class, Spellings.none(), WordRecipe::output);
}
