package org.moslora.diffusion.schedule;

import org.moslora.problems.InvalidInput;

/** Plans the steps from noise to a picture. Immutable. */
public final class Scheduler {
    private final SchedulerName name;
    private final Prediction prediction;
    private final int timesteps;
    private final Solver solver;

    Scheduler(SchedulerName name, Prediction prediction, int timesteps, Solver solver) {
        this.name = name;
        this.prediction = prediction;
        this.timesteps = timesteps;
        this.solver = solver;
    }

    /** Which one it is. */
    public SchedulerName name() {
        return name;
    }

    /** What the model answers. */
    public Prediction prediction() {
        return prediction;
    }

    /**
     * The whole way from noise.
     *
     * @param count steps; PNDM calls the model once more than that
     * @throws InvalidInput if the count is below 1 or more than the schedule has room for
     */
    public Trajectory plan(int count) {
        return from(count, 0);
    }

    /**
     * The rest of the way from an image with noise on it.
     *
     * @param count steps of the whole way
     * @param strength the share of it that is gone, above 0 and at most 1; 1 leaves nothing of the image
     * @throws InvalidInput if either is out of its range, or no step is left
     */
    public Trajectory plan(int count, double strength) {
        if (!(strength > 0 && strength <= 1)) {
            throw new InvalidInput("strength", "must be above 0 and at most 1, got " + strength);
        }
        int kept = Math.min((int) (count * strength), count);
        if (kept < 1 && count >= 1) {
            throw new InvalidInput(
                    "strength",
                    String.format(
                            "%s of %d steps is less than one step; raise the strength or steps", strength, count));
        }
        return from(count, Math.max(0, count - kept));
    }

    private Trajectory from(int count, int start) {
        if (count < 1 || count > timesteps) {
            throw new InvalidInput(
                    "steps", String.format("must be 1 to %d (num_train_timesteps), got %d", timesteps, count));
        }
        Trajectory trajectory = solver.solve(count, start);
        for (SamplingStep step : trajectory.steps()) {
            if (!step.finite()) {
                throw new InvalidInput(
                        "scheduler",
                        String.format(
                                "%s cannot start at timestep %s, where rescale_betas_zero_snr leaves no signal, with"
                                        + " prediction_type %s; a model for such a schedule predicts v_prediction",
                                name.spelling(), step.timestep(), prediction.spelling()));
            }
        }
        return trajectory;
    }
}
