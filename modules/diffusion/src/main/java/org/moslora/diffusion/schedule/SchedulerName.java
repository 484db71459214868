package org.moslora.diffusion.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** The schedulers that can be asked for by name. */
public enum SchedulerName {
    /** Denoising diffusion implicit models, without noise. */
    DDIM("ddim", "DDIMScheduler"),
    /** Pseudo linear multistep, the default of Stable Diffusion 1 and 2. */
    PNDM("pndm", "PNDMScheduler"),
    /** Euler steps of the probability flow, the default of Stable Diffusion XL. */
    EULER("euler", "EulerDiscreteScheduler"),
    /** Euler steps that go too far and put noise back. */
    EULER_A("euler-a", "EulerAncestralDiscreteScheduler"),
    /** DPM-Solver++, second order, multistep. */
    DPMPP_2M("dpmpp-2m", "DPMSolverMultistepScheduler"),
    /** The same at the noise levels of Karras and others. */
    DPMPP_2M_KARRAS("dpmpp-2m-karras", "DPMSolverMultistepScheduler"),
    /** The stochastic sampler of the training process itself. */
    DDPM("ddpm", "DDPMScheduler"),
    /** Latent consistency models, for four to eight steps. */
    LCM("lcm", "LCMScheduler"),
    /** Euler steps of models trained by flow matching, the only one for these. */
    FLOW_EULER("flow-euler", "FlowMatchEulerDiscreteScheduler");

    private final String spelling;
    private final String className;

    SchedulerName(String spelling, String className) {
        this.spelling = spelling;
        this.className = className;
    }

    /** How the command line writes it. */
    public String spelling() {
        return spelling;
    }

    /** How scheduler_config.json calls it. */
    public String className() {
        return className;
    }

    /** Every spelling, in the order of the constants. */
    public static List<String> spellings() {
        return Arrays.stream(values()).map(SchedulerName::spelling).toList();
    }

    /**
     * The scheduler of a name.
     *
     * @param where the option or recipe key, for the message
     * @throws InvalidInput naming the known ones
     */
    public static SchedulerName named(String where, String name) {
        return Arrays.stream(values())
                .filter(each -> each.spelling.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInput(
                        where, "no scheduler '" + name + "'" + NearestName.hint(name, spellings()) + known(name)));
    }

    // The hint lists them all only when no name is near.
    private static String known(String name) {
        return NearestName.to(name, spellings()).isEmpty() ? "" : "; known: " + String.join(", ", spellings());
    }

    static SchedulerName ofClass(String where, String className) {
        return ofNoise()
                .filter(each -> each.className.equals(className))
                .findFirst()
                .orElseThrow(() -> new InvalidInput(
                        where,
                        "_class_name is '" + className + "', which is no scheduler of this program; known: "
                                + String.join(", ", classNames())));
    }

    static List<String> classNames() {
        return ofNoise().map(SchedulerName::className).distinct().toList();
    }

    /** Every spelling of those for models that predict noise. */
    static List<String> spellingsOfNoise() {
        return ofNoise().map(SchedulerName::spelling).toList();
    }

    /** Those for models that predict noise. */
    private static Stream<SchedulerName> ofNoise() {
        return Arrays.stream(values()).filter(each -> each != FLOW_EULER);
    }
}
