package org.moslora.training;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.moslora.problems.InvalidInput;

/** Tells a listener of the steps that another process takes, by the lines that it adds to {@code metrics.jsonl}. */
final class MetricsFollower implements AutoCloseable {
    private static final long PAUSE_MILLIS = 300;

    private final Path file;
    private final int steps;
    private final TrainingListener listener;
    private final Thread watching;
    private int told;
    private long length = -1;
    private volatile boolean closed;

    /** @param done steps that are there already */
    MetricsFollower(Path file, int done, int steps, TrainingListener listener) {
        this.file = file;
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
            long now = Files.size(file);
            if (now == length) {
                return;
            }
            length = now;
            List<JsonObject> rows = Metrics.rows(file);
            for (JsonObject row : rows) {
                if (row.get("step").getAsInt() > told) {
                    told = row.get("step").getAsInt();
                    listener.stepped(report(row));
                }
            }
        } catch (NoSuchFileException notYet) {
            return;
        } catch (IOException | InvalidInput | UncheckedIOException beingWritten) {
            length = -1;
        }
    }

    private static StepReport report(JsonObject row) {
        String unit = row.has("tokens") ? "tokens" : "images";
        return new StepReport(
                row.get("step").getAsInt(),
                row.get("loss").getAsDouble(),
                row.get("grad_norm").getAsDouble(),
                row.get("learning_rate").getAsDouble(),
                row.get("seconds").getAsDouble(),
                unit,
                row.get(unit).getAsLong(),
                row.get("peak_rss_bytes").getAsLong());
    }

    @Override
    public void close() {
        closed = true;
        watching.interrupt();
        look();
    }
}
