package org.moslora.quickstart;

import org.moslora.datasets.miniature.TuningSizes;

/**
 * How much is done.
 *
 * @param conversations to be learnt from and to be examined on
 * @param visualSteps of training the model that answers
 * @param subjectSteps of training the model that paints
 * @param classPictures that prior preservation keeps to
 * @param picturesEach of every prompt
 * @param samplerSteps of a picture
 * @param seed of the world, of both trainings and of the first picture
 */
public record Plan(
        TuningSizes conversations,
        int visualSteps,
        int subjectSteps,
        int classPictures,
        int picturesEach,
        int samplerSteps,
        long seed) {
    /** What takes about five minutes on two cores with the models that ship. */
    public static Plan standard(long seed) {
        return new Plan(new TuningSizes(16000, 500, 150), 1600, 250, 96, 4, 20, seed);
    }
}
