package org.moslora.quickstart.outcome;

import java.nio.file.Path;
import java.util.List;

/**
 * Pictures of one prompt, each pair from the same noise.
 *
 * @param before by the base
 * @param after by the tuned model
 */
public record Painted(String prompt, List<Path> before, List<Path> after) {
    public Painted {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }
}
