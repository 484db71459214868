package org.moslora.studio.runs;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.training.AddedLines;

/**
 * A run's {@code metrics.jsonl} in memory: read once, and then only what was added. Where a resumed run has cut it, it is
 * read anew. A last line without its end, and lines that no run writes, are left out.
 */
final class RunLog implements AddedLines.Reader {
    /** No line that a run writes is longer. */
    private static final int LONGEST = 1 << 16;

    private static final String[] SERIES = {"loss", "rate", "norm"};
    private static final int[] COLUMNS = {1, 2, 3};
    private static final int SECONDS = 3;
    private static final int HELD = 4;

    private final Path file;
    private final AddedLines added;
    private int size;
    private int[] steps = new int[1024];
    private double[][] values = new double[MetricLine.NAMES.length - 1][1024];
    private long[] offsets = new long[1024];

    RunLog(Path file) {
        this.file = file;
        this.added = new AddedLines(file);
    }

    /** Reads what is new. */
    synchronized RunLog refreshed() {
        try {
            added.read(this);
        } catch (IOException unreadable) {
            return this; // with what was read before
        }
        return this;
    }

    @Override
    public synchronized void anew() {
        size = 0;
    }

    @Override
    public synchronized void line(byte[] bytes, int from, int to, long offset) {
        double[] row = MetricLine.read(bytes, from, to);
        if (row != null && (size == 0 || row[0] > steps[size - 1])) {
            add(row, offset);
        }
    }

    private void add(double[] row, long offset) {
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, 2 * size);
            offsets = Arrays.copyOf(offsets, 2 * size);
            for (int i = 0; i < values.length; i++) {
                values[i] = Arrays.copyOf(values[i], 2 * size);
            }
        }
        steps[size] = (int) row[0];
        offsets[size] = offset;
        for (int i = 0; i < values.length; i++) {
            values[i][size] = row[i + 1];
        }
        size++;
    }

    /** How many rows there are. */
    synchronized int size() {
        return size;
    }

    /** The number of the last step; 0 before the first. */
    synchronized int lastStep() {
        return size == 0 ? 0 : steps[size - 1];
    }

    /** The series of a page, each of at most so many points of the steps in sight. */
    synchronized JsonObject curves(int most, int first, int last) {
        int from = place(first);
        int to = last >= steps[Math.max(0, size - 1)] ? size : place(last + 1);
        JsonObject curves = new JsonObject();
        for (int i = 0; i < SERIES.length; i++) {
            curves.add(SERIES[i], ThinnedCurve.thinned(steps, values[COLUMNS[i] - 1], from, to, most));
        }
        curves.add("held", held(from, to, most));
        curves.addProperty("last", lastStep());
        curves.addProperty("size", size);
        return curves;
    }

    /** The loss on rows that are held back, which is looked at every so many steps. */
    private JsonObject held(int from, int to, int most) {
        int[] there = IntStream.range(from, Math.max(from, to))
                .filter(i -> !Double.isNaN(values[HELD][i]))
                .toArray();
        int[] at = Arrays.stream(there).map(i -> steps[i]).toArray();
        double[] losses = Arrays.stream(there).mapToDouble(i -> values[HELD][i]).toArray();
        return ThinnedCurve.thinned(at, losses, 0, at.length, most);
    }

    private int place(int step) {
        int at = Arrays.binarySearch(steps, 0, size, step);
        return at < 0 ? -at - 1 : at;
    }

    /** A row as it stands in the file. */
    record Row(int step, String line) {}

    /** The rows after a step, as they stand in the file; thinned to so many if there are more. */
    synchronized List<Row> after(int step, int most) throws IOException {
        int from = place(step + 1);
        int[] kept = size - from > most ? ThinnedCurve.kept(values[0], from, size, most) : null;
        List<Row> rows = new ArrayList<>();
        if (from == size) {
            return rows;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            if (kept == null) {
                for (int i = from; i < size; i++) {
                    rows.add(row(channel, i));
                }
            } else {
                for (int i : kept) {
                    rows.add(row(channel, i));
                }
            }
        }
        return rows;
    }

    private Row row(FileChannel channel, int at) throws IOException {
        int length = at + 1 < size ? (int) Math.min(LONGEST, offsets[at + 1] - offsets[at]) : LONGEST;
        byte[] bytes = Channels.newInputStream(channel.position(offsets[at])).readNBytes(length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int newline = text.indexOf('\n');
        return new Row(
                steps[at],
                text.substring(0, newline < 0 ? text.length() : newline).strip());
    }

    /** The median of what the last steps took, in seconds; 0 before the first. */
    synchronized double secondsOfStep() {
        double[] last = Arrays.copyOfRange(values[SECONDS], Math.max(0, size - 100), size);
        Arrays.sort(last);
        return last.length == 0 || Double.isNaN(last[last.length / 2]) ? 0 : last[last.length / 2];
    }
}
