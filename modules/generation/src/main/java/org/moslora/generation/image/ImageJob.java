package org.moslora.generation.image;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.schedule.Scheduler;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.diffusion.schedule.Trajectory;

/**
 * One picture to be painted, everything decided.
 *
 * @param prompt what is to be seen
 * @param negative what is not, null for nothing said
 * @param seed of its noise
 * @param steps of the scheduler
 * @param guidance how strongly the prompt is followed
 * @param scheduler how noise is taken off
 * @param width in pixels
 * @param height in pixels
 * @param reading how its texts are read
 * @param start a picture to start from, null for noise alone
 */
public record ImageJob(
        String prompt,
        @Nullable String negative,
        long seed,
        int steps,
        Guidance guidance,
        SchedulerName scheduler,
        int width,
        int height,
        TextReading reading,
        @Nullable Start start) {
    /**
     * A picture to start from.
     *
     * @param image its file
     * @param strength how much of it is given up, above 0 and at most 1
     */
    public record Start(Path image, double strength) {}

    /** What pictures must have in common to be painted in one batch. */
    private record Kind(
            int steps,
            SchedulerName scheduler,
            int width,
            int height,
            boolean guided,
            @Nullable Double strength) {}

    private Kind kind() {
        return new Kind(steps, scheduler, width, height, guided(), start == null ? null : start.strength());
    }

    /** How often the model is asked. */
    public int calls(PictureTraits model) {
        return trajectory(model.scheduler(this)).steps().size();
    }

    /** The way from noise to the picture. */
    Trajectory trajectory(Scheduler planner) {
        return start == null ? planner.plan(steps) : planner.plan(steps, start.strength());
    }

    /** Whether both can be painted in one batch. */
    public boolean isLike(ImageJob other) {
        return kind().equals(other.kind());
    }

    /** Whether a negative prompt has a say. */
    public boolean guided() {
        return guidance.isFree();
    }
}
