package org.moslora.miniature.autoencoder;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.Spellings;
import org.moslora.miniature.StageBounds;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;

/** A recipe of this pipeline. */
public record AutoencoderRecipe(
        @Meaning("miniature-autoencoder") String pipeline,

        @Meaning("a Stable Diffusion folder to go on from; if absent, one that knows nothing")
        @Nullable
        @MustExist(MustExist.Thing.FOLDER)
        Path model,

        @Meaning("the run folder") Path output,

        @Default("true") @Meaning("train the encoder too; without it latents stay what they are")
        boolean encoder,

        @Default("0.998") @Meaning("decay of the moving average, which is what is written")
        double average,

        @Default("250") @Meaning("steps between examinations")
        int examineEvery,

        @Default("256") @Meaning("scenes of an examination, none of which is learnt from")
        int examined,

        TrainingBlock training) {
    public AutoencoderRecipe {
        new StageBounds()
                .count("examine_every", examineEvery)
                .count("examined", examined)
                .decay("average", average)
                .hold();
    }

    static final RunRecipe<AutoencoderRecipe> READER =
            new RunRecipe<>(AutoencoderRecipe.class, Spellings.none(), AutoencoderRecipe::output);
}
