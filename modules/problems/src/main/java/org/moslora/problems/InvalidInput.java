package org.moslora.problems;

import java.util.List;
import java.util.stream.Collectors;

/** The user's input cannot be worked with; carries every problem found, in the order in which they were found. */
public final class InvalidInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /** @param problems at least one problem */
    public InvalidInput(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** A single problem: see {@link Problem} for what the two texts say. */
    public InvalidInput(String where, String what) {
        this(List.of(new Problem(where, what)));
    }

    /** Every problem, never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
