package org.moslora.compare;

import java.util.List;
import java.util.Map;

/**
 * What was measured on a trained trial.
 *
 * @param command the command line that it was measured by, or that made what was; empty where the training says it all
 * @param values by what they measure
 */
record Score(List<String> command, Map<Metric, Double> values) {
    /**
     * One of its values.
     *
     * @throws IllegalStateException if it was not measured
     */
    double of(Metric metric) {
        Double value = values.get(metric);
        if (value == null) {
            throw new IllegalStateException(metric.word() + " was not measured by " + command);
        }
        return value;
    }
}
