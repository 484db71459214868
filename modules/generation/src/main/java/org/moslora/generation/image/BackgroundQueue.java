package org.moslora.generation.image;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.moslora.layers.Engine;
import org.moslora.layers.TaskResult;

/** One other thread, which does one thing after the other. Only so many may wait, so that memory stays bounded. */
final class BackgroundQueue implements AutoCloseable {
    private static final int WAITING = 8;

    private final Deque<Future<?>> waiting = new ArrayDeque<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(
                () -> {
                    Engine.join();
                    task.run();
                },
                "pictures");
        thread.setDaemon(true);
        return thread;
    });

    /** Has something done by and by; waits for room, and throws what an earlier thing failed with. */
    void add(Runnable task) {
        while (!waiting.isEmpty()
                && (waiting.size() >= WAITING || waiting.element().isDone())) {
            done(waiting.remove());
        }
        waiting.add(worker.submit(task));
    }

    /** Waits until nothing is left, and throws what the first failed with. */
    void finish() {
        while (!waiting.isEmpty()) {
            done(waiting.remove());
        }
    }

    private static void done(Future<?> task) {
        try {
            TaskResult.of(task);
        } catch (CancellationException closed) {
            throw new IllegalStateException("closed", closed);
        }
    }

    /** Drops what waits, and waits for what is being done: nothing is written after this. */
    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("a picture does not get done");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
