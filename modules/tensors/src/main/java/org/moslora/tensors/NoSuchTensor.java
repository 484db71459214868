package org.moslora.tensors;

import java.nio.file.Path;
import java.util.Set;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Nearest;

/** Words the error for a tensor that a source does not hold. */
final class NoSuchTensor {
    private NoSuchTensor() {}

    static InvalidInput in(Path origin, String name, Set<String> known) {
        String hint = Nearest.to(name, known)
                .map(near -> " (did you mean " + Shown.name(near) + "?)")
                .orElse("");
        return new InvalidInput(
                origin.toString(), "holds no tensor " + Shown.name(name) + " among its " + known.size() + hint);
    }
}
