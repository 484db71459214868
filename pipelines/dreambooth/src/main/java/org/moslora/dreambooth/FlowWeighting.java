package org.moslora.dreambooth;

import java.util.Arrays;
import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/**
 * How noise levels are drawn and weighed where a model learns by flow matching (Esser and others, arXiv 2403.03206).
 *
 * @param scheme by what
 * @param precondition whether it is the clean picture z − σ·v that an answer is compared by, and not the velocity
 * @param mean of logit_normal
 * @param deviation of logit_normal
 * @param scale of mode
 */
record FlowWeighting(Scheme scheme, boolean precondition, double mean, double deviation, double scale) {
    /** The ways to draw and weigh. */
    enum Scheme {
        /** All levels alike. */
        NONE("none"),
        /** The middle more often. */
        LOGIT_NORMAL("logit_normal"),
        /** The middle more often, or the ends. */
        MODE("mode"),
        /** Drawn alike, little noise weighing more. */
        SIGMA_SQRT("sigma_sqrt"),
        /** Drawn alike, the middle weighing more. */
        COSMAP("cosmap");

        private final String spelling;

        Scheme(String spelling) {
            this.spelling = spelling;
        }

        /** How recipes and kernels write it. */
        String spelling() {
            return spelling;
        }

        static Scheme named(String name) {
            List<String> known = Arrays.stream(values()).map(Scheme::spelling).toList();
            return Arrays.stream(values())
                    .filter(scheme -> scheme.spelling.equals(name))
                    .findFirst()
                    .orElseThrow(() -> new InvalidInput(
                            "weighting",
                            "no weighting '" + name + "'" + NearestName.hint(name, known) + "; known: "
                                    + String.join(", ", known)));
        }
    }

    /** What the error at a noise level counts. */
    double weight(float level) {
        return (precondition ? (double) level * level : 1) * ofScheme(level);
    }

    private double ofScheme(float level) {
        return switch (scheme) {
            case NONE, LOGIT_NORMAL, MODE -> 1;
            case SIGMA_SQRT -> 1 / ((double) level * level);
            case COSMAP -> 2 / (Math.PI * (1 - 2 * level + 2 * (double) level * level));
        };
    }
}
