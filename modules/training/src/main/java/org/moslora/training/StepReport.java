package org.moslora.training;

import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param step from 1
 * @param loss of the step
 * @param gradNorm of all gradients before clipping
 * @param learningRate of the adapter
 * @param seconds that the step took
 * @param unit {@code tokens} or {@code images}
 * @param units how many of them the step learnt from
 * @param peakRss the process's largest resident memory so far, in bytes
 * @param figures what else there is to say of it, by name
 */
public record StepReport(
        int step,
        double loss,
        double gradNorm,
        double learningRate,
        double seconds,
        String unit,
        long units,
        long peakRss,
        Map<String, Double> figures) {
    public StepReport {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** A step that has nothing more to say. */
    public StepReport(
            int step,
            double loss,
            double gradNorm,
            double learningRate,
            double seconds,
            String unit,
            long units,
            long peakRss) {
        this(step, loss, gradNorm, learningRate, seconds, unit, units, peakRss, Map.of());
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("step", step);
        json.addProperty("loss", loss);
        json.addProperty("grad_norm", gradNorm);
        json.addProperty("learning_rate", learningRate);
        json.addProperty("seconds", BigDecimal.valueOf(seconds).setScale(6, java.math.RoundingMode.HALF_UP));
        json.addProperty(unit, units);
        json.addProperty("peak_rss_bytes", peakRss);
        figures.forEach(json::addProperty);
        return json;
    }
}
