package org.moslora.quickstart.outcome;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of showing a model that paints a new subject.
 *
 * @param shown the pictures that it was shown
 * @param asked prompts for the subject
 * @param others prompts for what it could paint before
 * @param scores by a judge; empty without one
 */
public record SubjectOutcome(
        List<Path> shown, List<Painted> asked, List<Painted> others, List<JudgeScore> scores, Tuned tuned) {
    public SubjectOutcome {
        shown = List.copyOf(shown);
        asked = List.copyOf(asked);
        others = List.copyOf(others);
        scores = List.copyOf(scores);
    }
}
