package org.moslora.tensors;

import java.nio.file.Path;
import java.util.Set;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** Words the error for a tensor that a source does not hold. */
final class NoSuchTensor {
    private NoSuchTensor() {}

    static InvalidInput in(Path origin, String name, Set<String> known) {
        String hint = NearestName.to(name, known)
                .map(near -> " (did you mean " + NameExcerpt.name(near) + "?)")
                .orElse("");
        return new InvalidInput(
                origin.toString(), "holds no tensor " + NameExcerpt.name(name) + " among its " + known.size() + hint);
    }
}
