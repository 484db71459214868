package org.moslora.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells a listener of the steps that another process takes, by the lines that it adds to {@code metrics.jsonl}. */
final class MetricsFollower implements AddedLines.Reader, AutoCloseable {
    private static final long PAUSE_MILLIS = 300;

    private final AddedLines added;
    private final int steps;
    private final TrainingListener listener;
    private final Thread watching;
    private int told;

    private volatile boolean closed;

    /** @param done steps that are there already */
    MetricsFollower(Path file, int done, int steps, TrainingListener listener) {
        this.added = new AddedLines(file);
        this.told = done;
        this.steps = steps;
        this.listener = listener;
        this.watching = new Thread(this::watch, "metrics");
        watching.setDaemon(true);
    }

    void start() {
        listener.started("training", told, steps);
        watching.start();
    }

    private void watch() {
        while (!closed) {
            look();
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    /** Tells what has come. */
    private synchronized void look() {
        try {
            added.read(this);
        } catch (IOException notYet) {
            return;
        }
    }

    @Override
    public void anew() {
        // Steps that are taken again are told once.
    }

    @Override
    public void line(byte[] bytes, int from, int to, long offset) {
        tell(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    private void tell(String line) {
        StepReport report = report(line);
        if (report != null && report.step() > told) {
            told = report.step();
            listener.stepped(report);
        }
    }

    /** The step that a line reports; null for one that is none, of which whoever opens the log says what is wrong. */
    private static @Nullable StepReport report(String line) {
        try {
            JsonObject row = JsonParser.parseString(line).getAsJsonObject();
            String unit = row.has("tokens") ? "tokens" : "images";
            List<String> parts =
                    List.of("step", "loss", "grad_norm", "learning_rate", "seconds", unit, "peak_rss_bytes");
            return row.keySet().containsAll(parts) ? report(row, unit, parts) : null;
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | NumberFormatException foreign) {
            return null;
        }
    }

    private static StepReport report(JsonObject row, String unit, List<String> parts) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (String name : row.keySet()) {
            if (!parts.contains(name) && !name.equals(Metrics.VALIDATION)) {
                figures.put(name, row.get(name).getAsDouble());
            }
        }
        return new StepReport(
                row.get("step").getAsInt(),
                row.get("loss").getAsDouble(),
                row.get("grad_norm").getAsDouble(),
                row.get("learning_rate").getAsDouble(),
                row.get("seconds").getAsDouble(),
                unit,
                row.get(unit).getAsLong(),
                row.get("peak_rss_bytes").getAsLong(),
                figures);
    }

    @Override
    public void close() {
        closed = true;
        watching.interrupt();
        look();
    }
}
