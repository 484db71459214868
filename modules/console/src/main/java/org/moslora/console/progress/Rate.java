package org.moslora.console.progress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** Amounts per second over the last half minute, so that a slow start or a pause is soon forgotten. Not thread-safe. */
public final class Rate {
    private static final long WINDOW_NANOS = 30_000_000_000L;

    /** Bounds what very fast work remembers. */
    private static final int MOST_MARKS = 512;

    private record Mark(long nanos, double total) {}

    private final LongSupplier nanoTime;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private double total;

    /** A rate that counts from now. */
    public Rate() {
        this(System::nanoTime);
    }

    Rate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        marks.add(new Mark(nanoTime.getAsLong(), 0));
    }

    /** Something more was done. */
    public void add(double amount) {
        long now = nanoTime.getAsLong();
        total += amount;
        marks.addLast(new Mark(now, total));
        // Two marks stay however old they are: steps may take minutes.
        while (marks.size() > 2
                && (marks.size() > MOST_MARKS || now - marks.getFirst().nanos() > WINDOW_NANOS)) {
            marks.removeFirst();
        }
    }

    /** The rate as of the last {@link #add}; 0 before anything was done. */
    public double perSecond() {
        Mark first = marks.getFirst();
        Mark last = marks.getLast();
        double seconds = (last.nanos() - first.nanos()) / 1e9;
        return seconds <= 0 ? 0 : (last.total() - first.total()) / seconds;
    }
}
