package org.moslora.dreambooth;

import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.diffusion.schedule.PictureSchedule;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.problems.Problems;

/** The recipe's {@code loss:} block. */
public record LossBlock(
        @Default("0") @Meaning("5 evens out the timesteps (arXiv 2303.09556); 0: all weigh alike")
        double minSnrGamma,

        @Default("0.0") @Meaning("noise that shifts whole channels, for dark and light pictures; 0.0357 is usual")
        double noiseOffset,

        @Default("false")
        @Meaning("learn what is white in NAME-mask.png beside NAME.jpg, or opaque in the picture's own alpha")
        boolean mask,

        @Meaning("of models trained by flow matching: how noise levels are drawn and weighed; none, logit_normal, mode,"
                + " sigma_sqrt or cosmap; the family's if absent")
        @Nullable
        String weighting,

        @Meaning("mean of logit_normal; 0 if absent") @Nullable
        Double logitMean,

        @Meaning("deviation of logit_normal; 1 if absent") @Nullable
        Double logitStd,

        @Meaning("how far mode bends; 1.29 if absent") @Nullable
        Double modeScale,

        @Meaning("whether it is the clean picture that an answer is compared by, so that noise counts less; Stable"
                + " Diffusion 3 and FLUX.1, the family's if absent")
        @Nullable
        Boolean precondition) {
    public LossBlock {
        Problems problems = new Problems();
        if (!(minSnrGamma >= 0)) {
            problems.add("min_snr_gamma", "must be at least 0, got %s", minSnrGamma);
        }
        if (!(noiseOffset >= 0 && noiseOffset <= 1)) {
            problems.add("noise_offset", "must be from 0 to 1, got %s", noiseOffset);
        }
        if (weighting != null) {
            problems.collect(() -> FlowWeighting.Scheme.named(weighting));
        }
        if (logitStd != null && !(logitStd > 0)) {
            problems.add("logit_std", "must be above 0, got %s", logitStd);
        }
        problems.throwIfAny();
    }

    /** What a model learns. */
    Objective objective(PictureTraits traits) {
        PictureSchedule schedule = traits.schedule();
        if (schedule instanceof FlowSchedule flow) {
            FamilyTraits.Learning usual = traits.family().learning();
            return new FlowObjective(flow, usual.posterior(), flowWeighting(usual));
        }
        return new NoiseObjective(((SchedulerConfig) schedule).training(), minSnrGamma, noiseOffset);
    }

    private FlowWeighting flowWeighting(FamilyTraits.Learning usual) {
        return new FlowWeighting(
                FlowWeighting.Scheme.named(weighting == null ? usual.weighting() : weighting),
                precondition == null ? usual.precondition() : precondition,
                logitMean == null ? 0 : logitMean,
                logitStd == null ? 1 : logitStd,
                modeScale == null ? 1.29 : modeScale);
    }

    /** Names what is said of models of the other kind. */
    void checkFamily(boolean flows, Problems problems) {
        if (flows) {
            refuse(
                    "min_snr_gamma",
                    minSnrGamma > 0,
                    "is for models that predict noise; this one learns velocities",
                    problems);
            refuse(
                    "noise_offset",
                    noiseOffset > 0,
                    "is for models that predict noise; this one learns velocities",
                    problems);
        } else {
            String why = "is for models trained by flow matching, and this one is not";
            refuse("weighting", weighting != null, why, problems);
            refuse("logit_mean", logitMean != null, why, problems);
            refuse("logit_std", logitStd != null, why, problems);
            refuse("mode_scale", modeScale != null, why, problems);
            refuse("precondition", precondition != null, why, problems);
        }
    }

    private static void refuse(String key, boolean given, String why, Problems problems) {
        if (given) {
            problems.add("loss." + key, why);
        }
    }
}
