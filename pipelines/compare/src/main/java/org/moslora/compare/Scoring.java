package org.moslora.compare;

import java.util.List;
import java.util.Map;

/** How trained trials are scored, by what came of the training: conversations, pictures, or the training alone. */
sealed interface Scoring permits ConversationScoring, PictureScoring, TrainingScoring {
    /** What is measured; the first chooses the learning rate. */
    List<Metric> metrics();

    /** Whether there is anything to choose a rate on. */
    boolean validates();

    /**
     * The command whose outcome is measured, empty if nothing is run. It names whatever the score depends on, so that a
     * score of the same command need not be taken again.
     */
    List<String> command(Trial trial, ScoreSplit part);

    /**
     * Runs that command and measures.
     *
     * @return a value for each of {@link #metrics}
     * @throws org.moslora.problems.InvalidInput if the program refuses the command
     */
    Map<Metric, Double> values(Trial trial, TrialResult result, ScoreSplit part, TrialProgram program);

    /** Looks at what {@link #values} will need besides the trial, as far as the recipe's keys do not say it. */
    void check(Program program);
}
