package org.moslora.miniature.words;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.Spellings;
import org.moslora.miniature.StageBounds;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;

/** A recipe of this pipeline. */
public record WordRecipe(
        @Meaning("miniature-words") String pipeline,

        @Meaning("a LLaVA folder whose tower is trained") @MustExist(MustExist.Thing.FOLDER)
        Path model,

        @Meaning("the run folder") Path output,

        @Default("200") @Meaning("steps between examinations")
        int examineEvery,

        @Default("256") @Meaning("scenes of an examination, none of which is learnt from")
        int examined,

        TrainingBlock training) {
    public WordRecipe {
        new StageBounds()
                .count("examine_every", examineEvery)
                .count("examined", examined)
                .hold();
    }

    static final RunRecipe<WordRecipe> READER = new RunRecipe<>(WordRecipe.class, Spellings.none(), WordRecipe::output);
}
