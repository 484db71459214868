package org.moslora.layers;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InputFile;

/** What libtorch does between two moments on the thread that asks, by its own profiler. It makes everything slower. */
public final class OperationTrace {
    private static final Pattern EVENT = Pattern.compile(
            "\"name\": \"([^\"]*)\",\\s*\"ph\": \"X\",\\s*\"ts\": ([\\d.]+),\\s*\"dur\": ([\\d.]+),\\s*\"tid\": (\\d+),"
                    + "[^{]*?\"shape\": (\\[[\\d, \\[\\]]*\\])");
    private static final Pattern SHAPE = Pattern.compile("\\[([\\d, ]*)\\]");

    private OperationTrace() {}

    /** Begins to look. */
    public static void start() {
        JniUtils.startProfile(false, true, false);
    }

    /** Looks no longer: what ran since, in the order in which it ended. */
    public static List<TracedOperation> stop() throws IOException {
        Path file = Files.createTempFile("moslora", ".json");
        try {
            JniUtils.stopProfile(file.toString());
            return read(InputFile.text(file));
        } finally {
            Files.delete(file);
        }
    }

    /** One that has ended; it belongs to whichever ends later and began before it. */
    private record Ended(String thread, double begin, TracedOperation operation) {}

    /** Events come as they end, so that what an operation called stands before it. */
    static List<TracedOperation> read(String trace) {
        Deque<Ended> open = new ArrayDeque<>();
        Matcher event = EVENT.matcher(trace);
        while (event.find()) {
            double begin = Double.parseDouble(event.group(2));
            String thread = event.group(4);
            List<TracedOperation> within = new ArrayList<>();
            while (!open.isEmpty()
                    && open.getLast().begin() >= begin
                    && open.getLast().thread().equals(thread)) {
                within.add(0, open.removeLast().operation());
            }
            double seconds = Double.parseDouble(event.group(3)) / 1e6;
            TracedOperation operation = new TracedOperation(event.group(1), shapes(event.group(5)), seconds, within);
            open.addLast(new Ended(thread, begin, operation));
        }
        return open.stream().map(Ended::operation).toList();
    }

    private static List<List<Long>> shapes(String text) {
        List<List<Long>> shapes = new ArrayList<>();
        Matcher shape = SHAPE.matcher(text.substring(1));
        while (shape.find()) {
            List<Long> sides = new ArrayList<>();
            for (String side : shape.group(1).split(",", -1)) {
                if (!side.isBlank()) {
                    sides.add(Long.parseLong(side.strip()));
                }
            }
            shapes.add(sides);
        }
        return shapes;
    }
}
