package org.moslora.miniature.picture;

import org.moslora.miniature.StageBounds;
import org.moslora.problems.InvalidInput;
import org.moslora.training.recipe.TrainingBlock;

/**
 * What is learnt from, and how.
 *
 * @param scenes that are painted and encoded once
 * @param workers parts of a batch that are worked on at once
 * @param empty share of the captions that are left empty
 * @param thing weight of the loss around the thing, over that of the rest
 * @param examined scenes of an examination
 * @param training steps, rates and seed
 */
record PictureLessons(int scenes, int workers, double empty, double thing, int examined, TrainingBlock training) {
    PictureLessons {
        new StageBounds()
                .count("scenes", scenes)
                .share("empty", empty)
                .weight("thing", thing)
                .count("examined", examined)
                .hold();
        if (workers < 1 || training.batchSize() % workers != 0) {
            throw new InvalidInput("workers", "must divide batch_size " + training.batchSize() + ", got " + workers);
        }
    }
}
