package org.moslora.training;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

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
                Files.isDirectory(run.model())
                        ? new Checkpoints(run.checkpoints(), 1).parameters()
                        : parameters(run.adapter()),
                steps.stream()
                        .mapToDouble(step -> step.get("seconds").getAsDouble())
                        .sum(),
                steps.stream()
                        .mapToLong(step -> step.get("peak_rss_bytes").getAsLong())
                        .max()
                        .orElse(0),
                steps.stream().map(step -> step.get("loss").getAsDouble()).toList());
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

    /** Elements of everything in an adapter's folder, and in the folders inside it that hold layers of another kind. */
    private static long parameters(Path adapter) {
        if (!Files.isDirectory(adapter)) {
            return 0; // a run of kind full leaves a model
        }
        try (Stream<Path> files = Files.walk(adapter, 2)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .mapToLong(RunFigures::elements)
                    .sum();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static long elements(Path file) {
        try (WeightSource weights = SafetensorsFile.open(file)) {
            return weights.names().stream()
                    .mapToLong(tensor -> weights.info(tensor).elements())
                    .sum();
        }
    }
}
