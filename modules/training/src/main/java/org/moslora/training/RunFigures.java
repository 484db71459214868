package org.moslora.training;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.util.List;
import org.moslora.tensors.SafetensorsFile;

/**
 * What a finished run says about itself.
 *
 * @param parameters elements of all tensors that it has trained
 * @param seconds of all its steps
 * @param peakBytes the most memory its process held
 * @param losses of its steps, in their order
 */
public record RunFigures(long parameters, double seconds, long peakBytes, List<Double> losses) {
    private static final double LAST_SHARE = 0.1;

    public RunFigures {
        losses = List.copyOf(losses);
    }

    /** Reads metrics and adapter of a run, or its last checkpoint where it trained a model whole. */
    public static RunFigures of(RunFolder run) {
        List<JsonObject> steps = Metrics.rows(run.metrics());
        return new RunFigures(
                parameters(run),
                steps.stream()
                        .mapToDouble(step -> step.get("seconds").getAsDouble())
                        .sum(),
                steps.stream()
                        .mapToLong(step -> step.get("peak_rss_bytes").getAsLong())
                        .max()
                        .orElse(0),
                steps.stream().map(step -> step.get("loss").getAsDouble()).toList());
    }

    /** A run of kind full leaves a model, of which not all need be trained. */
    private static long parameters(RunFolder run) {
        if (Files.isDirectory(run.model())) {
            return new Checkpoints(run.checkpoints(), 1).parameters();
        }
        return Files.isDirectory(run.adapter()) ? SafetensorsFile.elementsBelow(run.adapter()) : 0;
    }

    /** The mean loss of the last tenth of the steps; 0 without any. */
    public double lastLoss() {
        int tail = Math.max(1, (int) Math.ceil(LAST_SHARE * losses.size()));
        return losses.stream()
                .skip(Math.max(0, losses.size() - tail))
                .mapToDouble(loss -> loss)
                .average()
                .orElse(0);
    }
}
