package org.moslora.layers;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What a task on another thread has returned or thrown. */
public final class TaskResult {
    private TaskResult() {}

    /**
     * Waits for a task.
     *
     * @throws RuntimeException what the task threw, or an IllegalStateException if this thread is interrupted first
     */
    public static <T> T of(Future<T> task) {
        try {
            return task.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a task", stopped);
        } catch (ExecutionException failed) {
            throw thrown(failed);
        }
    }

    /** What a task threw, to be thrown again. */
    public static RuntimeException thrown(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException own ? own : new IllegalStateException(cause);
    }
}
