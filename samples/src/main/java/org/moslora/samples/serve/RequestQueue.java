package org.moslora.samples.serve;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.moslora.layers.TaskResult;

/**
 * One model and the one thread that works with it. Only so many requests may wait; one that would wait longer than its
 * time is told so, and its work ends at the next step.
 */
final class RequestQueue implements AutoCloseable {
    private static final int MANY = 429;
    private static final int CLOSING = 503;
    private static final int LATE = 504;

    private final Duration patience;
    private final ThreadPoolExecutor worker;

    /**
     * A desk.
     *
     * @param waiting how many requests may wait
     * @param patience how long one may take, waiting included
     */
    RequestQueue(String name, int waiting, Duration patience) {
        this.patience = patience;
        this.worker = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> new Thread(task, name));
    }

    /** When a request's time is over. */
    record Deadline(long nanoTime) {
        /** @throws HttpError if it is */
        void check() {
            if (System.nanoTime() > nanoTime) {
                throw new HttpError(LATE, "there was not enough time");
            }
        }
    }

    /**
     * Has something done.
     *
     * @throws HttpError if too many wait, or it took too long
     */
    <T> T ask(Function<Deadline, T> work) {
        Deadline deadline = new Deadline(System.nanoTime() + patience.toNanos());
        Future<T> answer;
        try {
            answer = worker.submit(() -> {
                deadline.check();
                return work.apply(deadline);
            });
        } catch (RejectedExecutionException full) {
            throw worker.isShutdown() ? closing() : new HttpError(MANY, "too many requests wait");
        }
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(false);
            throw new HttpError(LATE, "there was not enough time");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw closing();
        } catch (ExecutionException failed) {
            throw TaskResult.thrown(failed);
        }
    }

    private static HttpError closing() {
        return new HttpError(CLOSING, "the service is closing");
    }

    /** Takes no more requests, and waits for those that are there. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
