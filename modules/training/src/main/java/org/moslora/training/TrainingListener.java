package org.moslora.training;

import java.nio.file.Path;

/**
 * Hears what a training reports while it runs: progress bars, logs and pages are listeners. Whatever it throws ends the
 * training. Only {@link #stepped} has to be there, so that a listener may be a lambda.
 */
@FunctionalInterface
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener SILENT = report -> {};

    /** A step was taken and its row is in {@code metrics.jsonl}. */
    void stepped(StepReport report);

    /**
     * A stretch of work begins, or goes on.
     *
     * @param what {@code training}, or what is made ready for it
     * @param done how much of it was done before
     * @param total how much there is
     */
    default void started(String what, int done, int total) {}

    /** So much of a stretch of work other than training is done; perhaps told by another thread. */
    default void advanced(int done) {}

    /** The stretch of work that began last is over, or failed. */
    default void ended() {}

    /** The loss on what is held back, after a step. */
    default void validated(int step, double loss) {}

    /** Answers or pictures were made by what is learnt so far. */
    default void sampled(int step, Path file) {}

    /** A point to go on from was written. */
    default void checkpointed(int step, Path folder) {}

    /** What the training will take, as far as it can be told before it begins. */
    default void estimated(RunEstimate estimate) {}

    /** One remark for the user, such as the loss of a validation. */
    default void tell(String line) {}

    /** What a command line shows on stderr: remarks and progress, or nothing. */
    static TrainingListener stderr(boolean quiet) {
        return quiet ? SILENT : new ProgressBar();
    }
}
