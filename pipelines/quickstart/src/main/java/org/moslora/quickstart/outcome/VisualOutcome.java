package org.moslora.quickstart.outcome;

import java.util.List;

/**
 * What came of tuning a model that answers.
 *
 * @param skills scores in what it was taught, by type of question
 * @param kept scores in what it knew before
 * @param conversations how many unseen ones the new skills were asked in
 * @param examples answers before and after
 */
public record VisualOutcome(
        Scores skills, Scores kept, int conversations, List<AnsweredQuestion> examples, Tuned tuned) {
    public VisualOutcome {
        examples = List.copyOf(examples);
    }
}
