package org.moslora.serve;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.moslora.layers.Engine;
import org.moslora.layers.TaskResult;

/**
 * The one thread that works with the models. Only so many requests may wait; one that would wait longer than its time is
 * told so, and its work ends at the next step.
 */
final class RequestQueue implements AutoCloseable {
    private final Duration patience;
    private final ThreadPoolExecutor worker;

    /**
     * A queue.
     *
     * @param waiting how many requests may wait
     * @param patience how long one may take, waiting included
     */
    RequestQueue(String name, int waiting, Duration patience) {
        this.patience = patience;
        this.worker = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> thread(name, task));
    }

    private static Thread thread(String name, Runnable task) {
        return new Thread(
                () -> {
                    Engine.join();
                    task.run();
                },
                name);
    }

    /** How many requests wait. */
    int waiting() {
        return worker.getQueue().size();
    }

    /**
     * Has something done.
     *
     * @throws HttpError if too many wait, or it took too long
     */
    <T> T ask(Function<Ticket, T> work) {
        Ticket ticket = ticket();
        return result(submitted(ticket, work), ticket);
    }

    /**
     * The same, telling what is said on the way.
     *
     * @param heard gets every stretch on the calling thread; should it throw, the work ends
     */
    <T> T ask(Function<Ticket, T> work, Consumer<String> heard) {
        Ticket ticket = ticket();
        Future<T> answer = submitted(ticket, work);
        try {
            while (!answer.isDone() && ticket.left() > 0) {
                tell(ticket, heard);
            }
            T result = result(answer, ticket);
            for (String part = ticket.heard(); part != null; part = ticket.heard()) {
                heard.accept(part);
            }
            return result;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw closing();
        } finally {
            ticket.drop();
        }
    }

    private static void tell(Ticket ticket, Consumer<String> heard) throws InterruptedException {
        String part = ticket.heard();
        if (part != null) {
            heard.accept(part);
        }
    }

    private Ticket ticket() {
        return new Ticket(System.nanoTime() + patience.toNanos());
    }

    private <T> Future<T> submitted(Ticket ticket, Function<Ticket, T> work) {
        try {
            return worker.submit(() -> {
                ticket.check();
                return work.apply(ticket);
            });
        } catch (RejectedExecutionException full) {
            throw worker.isShutdown() ? closing() : new HttpError(HttpError.MANY, "too many requests wait");
        }
    }

    private <T> T result(Future<T> answer, Ticket ticket) {
        try {
            return answer.get(ticket.left(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            ticket.drop();
            answer.cancel(false);
            if (answer instanceof Runnable waiting) {
                worker.remove(waiting); // its place is for others
            }
            throw new HttpError(HttpError.LATE, "there was not enough time");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw closing();
        } catch (ExecutionException failed) {
            throw TaskResult.thrown(failed);
        }
    }

    private static HttpError closing() {
        return new HttpError(HttpError.CLOSING, "the service is closing");
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
