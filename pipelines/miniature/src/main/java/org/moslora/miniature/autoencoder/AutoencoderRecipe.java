package org.moslora.miniature.autoencoder;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Existing;
import org.moslora.console.recipe.Means;
import org.moslora.console.recipe.Spellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;

/** A recipe of this pipeline. */
public record AutoencoderRecipe(
        @Means("miniature-autoencoder") String pipeline,

        @Means("a Stable Diffusion folder to go on from; if absent, one that knows nothing")
        @Nullable
        @Existing(Existing.Thing.FOLDER)
        Path model,

        @Means("the run folder") Path output,

        @Default("true") @Means("train the encoder too; without it latents stay what they are")
        boolean encoder,

        @Default("0.998") @Means("decay of the moving average, which is what is written")
        double average,

        @Default("250") @Means("steps between examinations") int examineEvery,

        @Default("256") @Means("scenes of an examination, none of which is learnt from")
        int examined,

        TrainingBlock training) {
    static final RunRecipe<AutoencoderRecipe> READER =
            new RunRecipe<>(AutoencoderRecipe.class, Spellings.none(), AutoencoderRecipe::output);
}
