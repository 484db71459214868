package org.moslora.adapters;

import org.moslora.problems.InvalidInput;

/** How the first factor A starts. */
public enum FactorInit {
    /** Uniform over ±1/√inputs, PEFT's default. */
    KAIMING,
    /** Normal with deviation 1/rank, PEFT's {@code gaussian}. */
    GAUSSIAN;

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
