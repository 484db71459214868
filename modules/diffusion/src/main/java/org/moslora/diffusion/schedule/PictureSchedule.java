package org.moslora.diffusion.schedule;

/** The noise schedule of an image generator's folder: which schedulers plan a picture on it. */
public sealed interface PictureSchedule permits SchedulerConfig, FlowSchedule {
    /** The scheduler that the folder is for. */
    SchedulerName own();

    /**
     * A scheduler on this noise.
     *
     * @param tokens places of a picture as its model sees them, which some schedules are shifted by
     * @throws org.moslora.problems.InvalidInput if it is for models of another kind, or the file cannot be used
     */
    Scheduler scheduler(SchedulerName name, int tokens);
}
