package org.moslora.adapters.kind;

import java.util.Locale;
import org.moslora.problems.InvalidInput;

/** How a mixer starts (paper, table 3). Zero is no member: with B at zero nothing would ever learn. */
public enum MixerInit {
    /** Uniform over ±1/√r. */
    KAIMING,
    /** A random orthogonal matrix. */
    ORTHOGONAL,
    /** The identity: starts as LoRA. */
    IDENTITY;

    /** Of a mixer [rank, rank]. */
    Parameter.Start start(int rank) {
        return switch (this) {
            case KAIMING -> ParameterInit.uniform(1 / Math.sqrt(rank), rank, rank);
            case ORTHOGONAL -> ParameterInit.orthogonal(rank);
            case IDENTITY -> ParameterInit.identity(rank);
        };
    }

    /** As recipes and adapter configs spell it. */
    public String recipeName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a recipe's name.
     *
     * @throws InvalidInput for any other, zero among them
     */
    public static MixerInit of(String name) {
        return switch (name) {
            case "kaiming" -> KAIMING;
            case "orthogonal" -> ORTHOGONAL;
            case "identity" -> IDENTITY;
            case "zero", "zeros" ->
                throw new InvalidInput(
                        "mixer_init",
                        "\"" + name + "\" never learns: B starts at zero too, so that every gradient is zero for ever");
            default ->
                throw new InvalidInput("mixer_init", "must be kaiming, orthogonal or identity, got \"" + name + "\"");
        };
    }
}
