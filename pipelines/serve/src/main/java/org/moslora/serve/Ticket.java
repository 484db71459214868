package org.moslora.serve;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request in a queue: when its time is over, whether anybody still wants it, and what it has to say by and by. */
final class Ticket {
    private final long deadline;
    private final BlockingQueue<String> parts = new LinkedBlockingQueue<>();
    private volatile boolean dropped;

    /** @param deadline when its time is over, by {@link System#nanoTime} */
    Ticket(long deadline) {
        this.deadline = deadline;
    }

    /**
     * Whether to go on.
     *
     * @throws HttpError if there is no time left, or nobody to answer
     */
    void check() {
        if (dropped || System.nanoTime() > deadline) {
            throw new HttpError(HttpError.LATE, "there was not enough time");
        }
    }

    /** Says a stretch of the answer. */
    void say(String part) {
        check();
        parts.add(part);
    }

    /** What was said next, or null where nothing was for a while. */
    @Nullable
    String heard() throws InterruptedException {
        return parts.poll(10, TimeUnit.MILLISECONDS);
    }

    /** Nobody waits for the answer any more. */
    void drop() {
        dropped = true;
    }

    long left() {
        return Math.max(0, deadline - System.nanoTime());
    }
}
