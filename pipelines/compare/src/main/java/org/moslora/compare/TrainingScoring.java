package org.moslora.compare;

import java.util.List;
import java.util.Map;

/** Scores by the end of the training's own losses. */
record TrainingScoring() implements Scoring {
    @Override
    public List<Metric> metrics() {
        return List.of(Metric.TRAINING_LOSS);
    }

    @Override
    public boolean validates() {
        return false;
    }

    @Override
    public List<String> command(Trial trial, ScoreSplit part) {
        return List.of();
    }

    @Override
    public Map<Metric, Double> values(Trial trial, TrialResult result, ScoreSplit part, TrialProgram program) {
        return Map.of(Metric.TRAINING_LOSS, result.trainingLoss());
    }

    @Override
    public void check(Program program) {
        // The training is all there is, and the trials are looked at anyway.
    }
}
