package org.moslora.studio.runs;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run's {@code metrics.jsonl} in memory: read once, and then only what was added. Where a resumed run has cut it, it is
 * read anew. A last line without its end, and lines that no run writes, are left out.
 */
final class RunLog {
    private static final int CHUNK = 1 << 20;
    private static final String[] SERIES = {"loss", "rate", "norm"};
    private static final int[] COLUMNS = {1, 2, 3};

    private final Path file;
    private @Nullable Object key;
    private long read;
    private int size;
    private int[] steps = new int[1024];
    private double[][] values = new double[MetricLine.NAMES.length - 1][1024];
    private long[] offsets = new long[1024];
    private byte[] rest = {};

    RunLog(Path file) {
        this.file = file;
    }

    /** Reads what is new. */
    synchronized RunLog refreshed() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            boolean other = key != null && !key.equals(now.fileKey());
            if (other || now.size() < read) {
                size = 0;
                read = 0;
                rest = new byte[0];
            }
            key = now.fileKey();
            if (now.size() > read) {
                append();
            }
        } catch (IOException absent) {
            size = 0;
            read = 0;
            key = null;
        }
        return this;
    }

    private void append() throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(read);
            ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
            while (channel.read(buffer.clear()) > 0) {
                byte[] bytes = Arrays.copyOf(rest, rest.length + buffer.position());
                System.arraycopy(buffer.array(), 0, bytes, rest.length, buffer.position());
                long start = read - rest.length;
                read += buffer.position();
                lines(bytes, start);
            }
        }
    }

    private void lines(byte[] bytes, long start) {
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                double[] row = MetricLine.read(bytes, from, i);
                if (row != null && (size == 0 || row[0] > steps[size - 1])) {
                    add(row, start + from);
                }
                from = i + 1;
            }
        }
        rest = Arrays.copyOfRange(bytes, from, bytes.length);
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
        curves.addProperty("last", lastStep());
        curves.addProperty("size", size);
        return curves;
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
        long end = at + 1 < size ? offsets[at + 1] : read - rest.length;
        int length = (int) Math.min(CHUNK, end - offsets[at]);
        byte[] bytes = Channels.newInputStream(channel.position(offsets[at])).readNBytes(length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int newline = text.indexOf('\n');
        return new Row(
                steps[at],
                text.substring(0, newline < 0 ? text.length() : newline).strip());
    }

    /** The median of what the last steps took, in seconds; 0 before the first. */
    synchronized double secondsOfStep() {
        double[] last = Arrays.copyOfRange(values[3], Math.max(0, size - 100), size);
        Arrays.sort(last);
        return last.length == 0 || Double.isNaN(last[last.length / 2]) ? 0 : last[last.length / 2];
    }
}
