package org.moslora.miniature.picture;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.Spellings;
import org.moslora.miniature.StageBounds;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;

/** A recipe of this pipeline. */
public record PictureRecipe(
        @Meaning("miniature-pictures") String pipeline,

        @Meaning("a Stable Diffusion folder whose autoencoder is trained") @MustExist(MustExist.Thing.FOLDER)
        Path model,

        @Meaning("the run folder") Path output,

        @Default("20000") @Meaning("scenes that are painted and encoded once")
        int scenes,

        @Default("1") @Meaning("how many parts of a batch are worked on at once, each by one thread")
        int workers,

        @Default("0.1") @Meaning("share of the captions that are left empty")
        double empty,

        @Default("3.0") @Meaning("weight of the loss around the thing, over that of the rest")
        double thing,

        @Default("0.9975") @Meaning("decay of the moving average, which is what is written")
        double average,

        @Default("500") @Meaning("steps between examinations")
        int examineEvery,

        @Default("256") @Meaning("scenes of an examination, none of which is learnt from")
        int examined,

        TrainingBlock training) {
    public PictureRecipe {
        new StageBounds()
                .count("examine_every", examineEvery)
                .decay("average", average)
                .hold();
        new PictureLessons(scenes, workers, empty, thing, examined, training);
    }

    PictureLessons lessons() {
        return new PictureLessons(scenes, workers, empty, thing, examined, training);
    }

    static final RunRecipe<PictureRecipe> READER =
            new RunRecipe<>(PictureRecipe.class, Spellings.none(), PictureRecipe::output);
}
