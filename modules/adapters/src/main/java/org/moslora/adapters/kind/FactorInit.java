package org.moslora.adapters.kind;

import org.moslora.problems.InvalidInput;

/** How the first factor A starts. */
public enum FactorInit {
    /** Uniform over ±1/√inputs, PEFT's default. */
    KAIMING,
    /** Normal with deviation 1/rank, PEFT's {@code gaussian}. */
    GAUSSIAN;

    /** Of a factor [rank, inputs]. */
    Parameter.Start start(long rank, long inputs) {
        return start(1, rank, inputs);
    }

    /** Of several factors at once, [count, rank, inputs]. */
    Parameter.Start start(long count, long rank, long inputs) {
        return switch (this) {
            case KAIMING -> ParameterInit.uniform(1 / Math.sqrt((double) inputs), count, rank, inputs);
            case GAUSSIAN -> ParameterInit.normal(1.0 / rank, count, rank, inputs);
        };
    }

    /**
     * Reads a recipe's name.
     *
     * @throws InvalidInput for any other
     */
    public static FactorInit of(String name) {
        return switch (name) {
            case "kaiming" -> KAIMING;
            case "gaussian" -> GAUSSIAN;
            default -> throw new InvalidInput("init", "must be kaiming or gaussian, got \"" + name + "\"");
        };
    }
}
