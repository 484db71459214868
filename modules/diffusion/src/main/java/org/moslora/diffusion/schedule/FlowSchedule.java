package org.moslora.diffusion.schedule;

import java.nio.file.Path;
import java.util.List;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * The schedule of models trained by flow matching (Lipman and others, arXiv 2210.02747; Esser and others, arXiv
 * 2403.03206), diffusers' FlowMatchEulerDiscreteScheduler. A sample at noise level σ is (1 − σ)·x₀ + σ·ε, and the model
 * answers the velocity ε − x₀. Levels are shifted towards noise, for all pictures alike or by their size.
 *
 * @param timesteps T: a model is told the level as T·σ
 * @param shift of schedules that shift all pictures alike
 * @param dynamic whether the size of a picture says how far levels are shifted, at {@code baseTokens} by {@code
 *     baseShift}, at {@code maxTokens} by {@code maxShift}
 * @param linear whether such a shift is the exponent itself and not its exponential
 * @param spacing how the model's family steps
 */
public record FlowSchedule(
        int timesteps,
        double shift,
        boolean dynamic,
        double baseShift,
        double maxShift,
        int baseTokens,
        int maxTokens,
        boolean linear,
        FlowSpacing spacing)
        implements PictureSchedule {
    private static final List<String> UNSUPPORTED = List.of(
            "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "invert_sigmas", "stochastic_sampling");

    /**
     * Reads {@code scheduler/scheduler_config.json}.
     *
     * @throws InvalidInput with everything in it that is wrong or not computed here
     */
    public static FlowSchedule read(Path file, FlowSpacing spacing) {
        Problems problems = new Problems();
        ConfigSection given = ConfigSection.read(file, problems);
        given.mustBe("_class_name", '"' + SchedulerName.FLOW_EULER.className() + '"');
        UNSUPPORTED.forEach(key -> given.mustBe(key, "false"));
        given.mustBeAbsent("shift_terminal");
        FlowSchedule schedule = new FlowSchedule(
                given.size("num_train_timesteps", 1000),
                given.number("shift", 1),
                given.flag("use_dynamic_shifting", false),
                given.number("base_shift", 0.5),
                given.number("max_shift", 1.15),
                given.size("base_image_seq_len", 256),
                given.size("max_image_seq_len", 4096),
                given.oneOf("time_shift_type", "exponential", List.of("exponential", "linear"))
                        .equals("linear"),
                spacing);
        if (!(schedule.shift > 0)) {
            given.problem("shift must be above 0, got %s", schedule.shift);
        }
        if (schedule.maxTokens == schedule.baseTokens) {
            given.problem("base_image_seq_len and max_image_seq_len are both %d", schedule.maxTokens);
        }
        problems.throwIfAny();
        return schedule;
    }

    @Override
    public SchedulerName own() {
        return SchedulerName.FLOW_EULER;
    }

    @Override
    public Scheduler scheduler(SchedulerName name, int tokens) {
        if (name != SchedulerName.FLOW_EULER) {
            throw new InvalidInput(
                    FieldName.of("scheduler"),
                    name.spelling() + " takes off noise that a model predicts; this model was trained by flow matching"
                            + " and knows " + SchedulerName.FLOW_EULER.spelling() + " only");
        }
        return new Scheduler(name, Prediction.VELOCITY, timesteps, new FlowEuler(this, tokens));
    }

    /** The noise level of each timestep of training, from all noise down; a dynamic schedule shifts none of them. */
    public float[] training() {
        float[] levels = new float[timesteps];
        for (int i = 0; i < timesteps; i++) {
            levels[i] = training(i);
        }
        return levels;
    }

    private float training(int step) {
        float level = (float) (timesteps - step) / timesteps;
        return dynamic ? level : shifted(level);
    }

    /** The noise level of training at a place of the way from noise, 0, to picture; 1 and more mean the last level. */
    public float level(float place) {
        return training(Math.max(0, Math.min((int) (place * timesteps), timesteps - 1)));
    }

    /** What the model is told at a noise level, rounded as a single number. */
    public double told(float level) {
        return level * timesteps;
    }

    /** A noise level for a picture, in single precision. */
    float shifted(float level, int tokens, int steps) {
        if (!dynamic) {
            return shifted(level);
        }
        double mu = spacing.mu(this, tokens, steps);
        float weight = (float) (linear ? mu : Math.exp(mu));
        return weight / (weight + (1 / level - 1));
    }

    private float shifted(float level) {
        return (float) shift * level / (1 + (float) (shift - 1) * level);
    }
}
