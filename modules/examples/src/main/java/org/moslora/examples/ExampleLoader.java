package org.moslora.examples;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.moslora.layers.TaskResult;

/**
 * Prepares the examples of the coming steps on threads of its own and hands them out in the plan's order. At most a
 * given number of examples is under way or waiting, however far the threads could run ahead. One thread takes; any
 * thread may close.
 */
public final class ExampleLoader implements AutoCloseable {
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final StepPlan plan;
    private final IntFunction<List<Example>> maker;
    private final int ahead;
    private final ExecutorService workers;
    private final Deque<Future<List<Example>>> waiting = new ArrayDeque<>();
    private final Deque<Integer> planned = new ArrayDeque<>();
    private final long endStep;
    private long plannedStep;
    private long nextStep;
    private volatile boolean closed;

    /**
     * Starts preparing at once.
     *
     * @param firstStep the step that the first {@link #take} gives
     * @param endStep the step before which to stop
     * @param maker makes the examples of a row, mostly one; called from several threads
     * @param threads how many, at least 1
     * @param ahead how many examples may be under way or waiting, at least 1
     */
    public ExampleLoader(
            StepPlan plan, long firstStep, long endStep, IntFunction<List<Example>> maker, int threads, int ahead) {
        if (threads < 1 || ahead < 1) {
            throw new IllegalArgumentException(threads + " threads, " + ahead + " ahead");
        }
        this.plan = plan;
        this.maker = maker;
        this.ahead = ahead;
        this.plannedStep = firstStep;
        this.nextStep = firstStep;
        this.endStep = endStep;
        this.workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "examples-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        fill();
    }

    /**
     * The micro-batches of the next step; waits until they are there.
     *
     * @throws RuntimeException whatever the maker threw for one of the rows, unchanged
     * @throws IllegalStateException after {@link #close}, or past the last step
     */
    public List<Batch> take() {
        if (nextStep >= endStep) {
            throw new IllegalStateException("there is no step " + nextStep + ": the last is " + (endStep - 1));
        }
        List<Batch> batches = new ArrayList<>();
        for (int[] rows : plan.step(nextStep)) {
            List<Example> examples = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                examples.addAll(next());
            }
            batches.add(Batch.of(examples));
        }
        nextStep++;
        return batches;
    }

    private List<Example> next() {
        fill();
        Future<List<Example>> first = waiting.peek();
        if (closed || first == null) {
            throw new IllegalStateException("the loader is closed");
        }
        try {
            List<Example> made = TaskResult.of(first);
            waiting.remove();
            fill();
            return made;
        } catch (CancellationException cancelled) {
            throw new IllegalStateException("the loader is closed", cancelled);
        }
    }

    /** Keeps as many examples under way as may be; only the taking thread plans, so nothing here needs a lock. */
    private void fill() {
        while (waiting.size() < ahead && !closed) {
            while (planned.isEmpty()) { // of a shared step there may be nothing to do here
                if (plannedStep >= endStep) {
                    return;
                }
                plan.step(plannedStep++).forEach(rows -> {
                    for (int row : rows) {
                        planned.add(row);
                    }
                });
            }
            int row = planned.remove();
            submit(row);
        }
    }

    private void submit(int row) {
        try {
            waiting.add(workers.submit(() -> maker.apply(row)));
        } catch (java.util.concurrent.RejectedExecutionException closing) {
            throw new IllegalStateException("the loader is closed", closing);
        }
    }

    /** Stops all threads; a {@link #take} that waits ends with an exception. */
    @Override
    public void close() {
        closed = true;
        for (Runnable task : workers.shutdownNow()) {
            if (task instanceof Future<?> future) {
                future.cancel(true); // shutdownNow hands back what never ran, and somebody may wait for it
            }
        }
    }
}
