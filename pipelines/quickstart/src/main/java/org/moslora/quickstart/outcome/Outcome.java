package org.moslora.quickstart.outcome;

import java.util.List;

/**
 * All of it.
 *
 * @param visual the model that answers
 * @param subject the model that paints
 * @param commands what was run, in this order
 * @param seconds how long all of it took
 */
public record Outcome(VisualOutcome visual, SubjectOutcome subject, List<Command> commands, double seconds) {
    public Outcome {
        commands = List.copyOf(commands);
    }
}
