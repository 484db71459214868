package org.moslora.miniature.picture;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Existing;
import org.moslora.console.recipe.Means;
import org.moslora.console.recipe.Spellings;
import org.moslora.problems.InvalidInput;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;

/** A recipe of this pipeline. */
public record PictureRecipe(
        @Means("miniature-pictures") String pipeline,

        @Means("a Stable Diffusion folder whose autoencoder is trained") @Existing(Existing.Thing.FOLDER)
        Path model,

        @Means("the run folder") Path output,

        @Default("20000") @Means("scenes that are painted and encoded once")
        int scenes,

        @Default("1") @Means("how many parts of a batch are worked on at once, each by one thread")
        int workers,

        @Default("0.1") @Means("share of the captions that are left empty")
        double empty,

        @Default("3.0") @Means("weight of the loss around the thing, over that of the rest")
        double thing,

        @Default("0.9975") @Means("decay of the moving average, which is what is written")
        double average,

        @Default("500") @Means("steps between examinations") int examineEvery,

        @Default("256") @Means("scenes of an examination, none of which is learnt from")
        int examined,

        TrainingBlock training) {
    public PictureRecipe {
        if (workers < 1 || training.batchSize() % workers != 0) {
            throw new InvalidInput("workers", "must divide batch_size " + training.batchSize() + ", got " + workers);
        }
    }

    static final RunRecipe<PictureRecipe> READER =
            new RunRecipe<>(PictureRecipe.class, Spellings.none(), PictureRecipe::output);
}
