package org.moslora.app;

import org.moslora.problems.InvalidInput;

/** What computes, as {@code --engine} names it. */
enum EngineName {
    /** libtorch, on a model's own folder. */
    TORCH,
    /** ONNX Runtime, on an exported folder. */
    ONNX,
    /** Whichever of the two is faster, on a model's own folder. */
    AUTO;

    /** @throws InvalidInput if this is to be chosen by each process, which several would do differently */
    void mustBeNamed() {
        if (this == AUTO) {
            throw new InvalidInput("--engine auto", "chooses for one process; name the engine of a job in parts");
        }
    }

    /** @throws InvalidInput if an option is given that this engine has no use for */
    void refuse(boolean given, String option) {
        if (given) {
            throw new InvalidInput(
                    option,
                    "has no effect with --engine " + name().toLowerCase(java.util.Locale.ROOT) + "; leave it out");
        }
    }
}
