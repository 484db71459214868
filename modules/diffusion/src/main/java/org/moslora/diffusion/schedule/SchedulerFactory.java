package org.moslora.diffusion.schedule;

import java.util.List;
import java.util.OptionalDouble;

/** Makes each scheduler from the fields of a file, with the defaults of its class in diffusers. */
final class SchedulerFactory {
    private static final int MOST_TIMESTEPS = 100_000;
    private static final List<String> ALL = List.of("epsilon", "v_prediction", "sample");
    private static final List<String> NO_SAMPLE = List.of("epsilon", "v_prediction");
    private static final List<String> VARIANCES = List.of("fixed_small", "fixed_small_log", "fixed_large");
    private static final List<String> ENDS = List.of("zero", "sigma_min");

    private final Fields fields;

    SchedulerFactory(Fields fields) {
        this.fields = fields;
    }

    /** The scheduler that a name stands for. */
    Scheduler make(SchedulerName name) {
        boolean counted = name == SchedulerName.EULER
                || name == SchedulerName.EULER_A
                || name.className().startsWith("DPM");
        boolean lcm = name == SchedulerName.LCM;
        boolean pndm = name == SchedulerName.PNDM;
        Noising noising = new Noising(
                table(lcm ? 0.00085 : 0.0001, lcm ? 0.012 : 0.02, lcm ? "scaled_linear" : "linear", !pndm),
                prediction(pndm || name == SchedulerName.EULER_A ? NO_SAMPLE : ALL),
                Spacing.named(fields.choice("timestep_spacing", counted ? "linspace" : "leading", Spacing.SPELLINGS)),
                fields.whole("steps_offset", 0, 0, MOST_TIMESTEPS));
        Noising level = counted ? noising.withSignalEverywhere() : noising;
        return new Scheduler(name, noising.prediction(), noising.table().timesteps(), solver(name, level));
    }

    private Solver solver(SchedulerName name, Noising noising) {
        return switch (name) {
            case DDIM -> new Ddim(noising, clip(true), fields.flag("set_alpha_to_one", true));
            case PNDM ->
                new Pndm(noising, fields.flag("skip_prk_steps", false), fields.flag("set_alpha_to_one", false));
            case EULER -> euler(noising);
            case EULER_A -> new EulerAncestral(noising);
            case DPMPP_2M, DPMPP_2M_KARRAS -> dpmSolver(noising);
            case DDPM ->
                new Ddpm(
                        noising,
                        clip(true),
                        fields.choice("variance_type", "fixed_small", VARIANCES).equals("fixed_large"));
            case LCM -> lcm(noising);
            case FLOW_EULER -> throw new IllegalArgumentException("no noise that is predicted");
        };
    }

    /** What training adds noise with, which is DDPM's reading of the file. */
    ForwardProcess training() {
        return new ForwardProcess(table(0.0001, 0.02, "linear", true), prediction(ALL));
    }

    private NoiseTable table(double start, double end, String schedule, boolean rescales) {
        int count = fields.whole("num_train_timesteps", 1000, 2, MOST_TIMESTEPS);
        double first = fields.number("beta_start", start);
        double last = fields.number("beta_end", end);
        Betas betas = Betas.named(fields.choice("beta_schedule", schedule, Betas.SPELLINGS));
        if (!(first >= 0 && first < 1 && last >= 0 && last < 1)) {
            fields.problem("beta_start and beta_end must be from 0 to below 1, got %s and %s", first, last);
            return NoiseTable.of(betas.of(start, end, count), false);
        }
        double[] trained = fields.numbers("trained_betas");
        if (trained != null && trained.length != count) {
            fields.problem("trained_betas has %d numbers for %d num_train_timesteps", trained.length, count);
        }
        float[] steps = trained == null || trained.length != count ? betas.of(first, last, count) : singles(trained);
        return NoiseTable.of(steps, rescales && fields.flag("rescale_betas_zero_snr", false));
    }

    private static float[] singles(double[] values) {
        float[] singles = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            singles[i] = (float) values[i];
        }
        return singles;
    }

    private Prediction prediction(List<String> known) {
        return Prediction.named("prediction_type", fields.choice("prediction_type", "epsilon", known));
    }

    private OptionalDouble clip(boolean otherwise) {
        fields.without("thresholding");
        return fields.flag("clip_sample", otherwise)
                ? OptionalDouble.of(fields.number("clip_sample_range", 1))
                : OptionalDouble.empty();
    }

    private Euler euler(Noising noising) {
        fields.without("use_exponential_sigmas");
        fields.without("use_beta_sigmas");
        fields.choice("interpolation_type", "linear", List.of("linear"));
        fields.choice("timestep_type", "discrete", List.of("discrete"));
        return new Euler(
                noising,
                fields.flag("use_karras_sigmas", false),
                fields.optional("sigma_min"),
                fields.optional("sigma_max"),
                endsAtLeast());
    }

    private boolean endsAtLeast() {
        return fields.choice("final_sigmas_type", "zero", ENDS).equals("sigma_min");
    }

    private DpmSolver dpmSolver(Noising noising) {
        for (String name : List.of(
                "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas", "use_flow_sigmas")) {
            fields.without(name);
        }
        // diffusers takes DEIS files, which are left from switching, for the method itself.
        fields.choice("algorithm_type", "dpmsolver++", List.of("dpmsolver++", "deis"));
        String type = fields.choice("solver_type", "midpoint", List.of("midpoint", "heun", "logrho", "bh1", "bh2"));
        Betas betas = Betas.named(fields.choice("beta_schedule", "linear", Betas.SPELLINGS));
        return new DpmSolver(
                noising,
                new DpmSolver.Setting(
                        fields.whole("solver_order", 2, 1, 3),
                        type.equals("heun"),
                        fields.flag("lower_order_final", true),
                        fields.flag("euler_at_final", false),
                        fields.flag("use_karras_sigmas", false),
                        endsAtLeast(),
                        betas != Betas.SQUAREDCOS_CAP_V2,
                        fields.number("lambda_min_clipped", Double.NEGATIVE_INFINITY)));
    }

    private Lcm lcm(Noising noising) {
        int timesteps = noising.table().timesteps();
        return new Lcm(
                noising,
                clip(false),
                fields.flag("set_alpha_to_one", true),
                fields.whole("original_inference_steps", Math.min(50, timesteps), 1, timesteps),
                fields.number("timestep_scaling", 10));
    }
}
