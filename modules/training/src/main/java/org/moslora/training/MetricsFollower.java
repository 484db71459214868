package org.moslora.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells a listener of the steps that another process takes, by the lines that it adds to {@code metrics.jsonl}. */
final class MetricsFollower implements AutoCloseable {
    private static final long PAUSE_MILLIS = 300;

    private final Path file;
    private final int steps;
    private final TrainingListener listener;
    private final Thread watching;
    private int told;
    /** Which file was read last, since an attempt that begins anew puts another in its place. */
    private @Nullable Object known;
    /** How many bytes of it, whole lines all. */
    private long position;

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
            new String(added(), StandardCharsets.UTF_8).lines().forEach(this::tell);
        } catch (IOException notYet) {
            return;
        }
    }

    /** The whole lines that were not read before. */
    private byte[] added() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (!Objects.equals(key, known) || channel.size() < position) {
                known = key;
                position = 0;
            }
            ByteBuffer rest = ByteBuffer.allocate((int) Math.min(channel.size() - position, 1 << 24));
            channel.position(position);
            for (int read = 0; rest.hasRemaining() && read >= 0; ) {
                read = channel.read(rest);
            }
            int end = rest.position();
            while (end > 0 && rest.get(end - 1) != '\n') {
                end--;
            }
            position += end;
            byte[] lines = new byte[end];
            rest.flip().get(lines);
            return lines;
        }
    }

    private void tell(String line) {
        try {
            JsonObject row = JsonParser.parseString(line).getAsJsonObject();
            if (row.has("peak_rss_bytes") && row.get("step").getAsInt() > told) {
                listener.stepped(report(row));
                told = row.get("step").getAsInt();
            }
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException foreign) {
            return; // whoever opens the log says what is wrong with it
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
