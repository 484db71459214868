package org.moslora.miniature.vision;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.Spellings;
import org.moslora.miniature.StageBounds;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;

/** A recipe of this pipeline. */
public record VisionRecipe(
        @Meaning("miniature-vision") String pipeline,

        @Meaning("the run folder") Path output,

        @Default("0.5") @Meaning("weight of telling captions apart, beside that of naming what is in a patch")
        double contrast,

        @Default("500") @Meaning("steps between examinations")
        int examineEvery,

        @Default("256") @Meaning("scenes of an examination, none of which is learnt from")
        int examined,

        TrainingBlock training) {
    public VisionRecipe {
        new StageBounds()
                .count("examine_every", examineEvery)
                .count("examined", examined)
                .weight("contrast", contrast)
                .hold();
    }

    static final RunRecipe<VisionRecipe> READER =
            new RunRecipe<>(VisionRecipe.class, Spellings.none(), VisionRecipe::output);
}
