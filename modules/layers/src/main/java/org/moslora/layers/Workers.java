package org.moslora.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Threads that run parts of one step at once, each with a single thread inside an operator. For small models two of
 * them get more done than one model with two threads inside its operators. A part runs on the worker of its number, so
 * that a model stays with one thread; parts draw from seeds of their own, not from libtorch's default generator.
 */
public final class Workers implements AutoCloseable {
    private final List<ExecutorService> threads = new ArrayList<>();

    /** @param count how many parts run at once, at least 1 */
    public Workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("there must be a worker, got " + count);
        }
        for (int i = 0; i < count; i++) {
            String name = "worker-" + i;
            threads.add(Executors.newSingleThreadExecutor(task -> thread(name, task)));
        }
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    // Each thread asks for the number itself: OpenMP counts by thread.
                    Engine.start(1);
                    task.run();
                },
                name);
        thread.setDaemon(true);
        return thread;
    }

    /** How many parts run at once. */
    public int count() {
        return threads.size();
    }

    /**
     * Runs the parts of a step and waits for all of them, also where one fails: nothing of the step is in use after.
     *
     * @param parts at most as many as there are workers
     * @return what they returned, in their order
     * @throws RuntimeException what the first of them in their order threw, with what others threw beside it
     */
    public <T> List<T> run(List<Supplier<T>> parts) {
        if (parts.size() > threads.size()) {
            throw new IllegalArgumentException(parts.size() + " parts for " + threads.size() + " workers");
        }
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            running.add(threads.get(i).submit(parts.get(i)::get));
        }
        return results(running);
    }

    private static <T> List<T> results(List<Future<T>> running) {
        List<T> results = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        boolean interrupted = false;
        for (Future<T> part : running) {
            boolean waits = true;
            while (waits) {
                try {
                    results.add(part.get());
                    waits = false;
                } catch (ExecutionException failed) {
                    failures.add(failed.getCause());
                    waits = false;
                } catch (InterruptedException early) {
                    // A kernel cannot be stopped, and what it writes to must not be freed under it.
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        throwIfAny(failures);
        return results;
    }

    private static void throwIfAny(List<Throwable> failures) {
        if (failures.isEmpty()) {
            return;
        }
        Throwable first = failures.get(0);
        failures.stream().skip(1).filter(other -> other != first).forEach(first::addSuppressed);
        if (first instanceof Error error) {
            throw error;
        }
        // A supplier throws nothing that is checked.
        throw (RuntimeException) first;
    }

    /** Lets the threads go; they are idle between steps. */
    @Override
    public void close() {
        threads.forEach(ExecutorService::shutdown);
    }
}
