package org.moslora.tuning;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.datasets.DataFormat;
import org.moslora.problems.InvalidInput;

/** One of several data sets of a recipe. */
public record DataSetBlock(
        @Meaning("conversation files, JSON or JSON lines") @MustExist(MustExist.Thing.FILE)
        List<Path> conversations,

        @Meaning("how they are laid out; what each row shows if absent") @Nullable
        DataFormat format,

        @Meaning("the folder of the pictures") @Nullable @MustExist(MustExist.Thing.FOLDER)
        Path images,

        @Meaning("how often its rows come, compared with those of weight 1") @Nullable
        Double weight) {
    private static final double MOST = 1000;

    public DataSetBlock {
        check(weight);
        conversations = List.copyOf(conversations);
    }

    static void check(@Nullable Double weight) {
        if (weight != null && !(weight > 0 && weight <= MOST)) {
            throw new InvalidInput("weight", "must be above 0 and at most 1000, got " + weight);
        }
    }

    /** Where its pictures are. */
    Path folder() {
        return (images == null ? TuningDataBlock.beside(conversations) : images)
                .toAbsolutePath()
                .normalize();
    }

    double share() {
        return weight == null ? 1 : weight;
    }
}
