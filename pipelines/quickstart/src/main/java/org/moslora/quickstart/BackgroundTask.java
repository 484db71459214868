package org.moslora.quickstart;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.moslora.layers.TaskResult;

/** Work on a thread of its own, beside what its starter does until it closes this. */
final class BackgroundTask implements AutoCloseable {
    private final FutureTask<Void> work;

    private BackgroundTask(FutureTask<Void> work) {
        this.work = work;
    }

    static BackgroundTask start(Runnable work) {
        BackgroundTask beside = new BackgroundTask(new FutureTask<>(work, null));
        Thread thread = new Thread(beside.work, "beside");
        thread.setDaemon(true);
        thread.start();
        return beside;
    }

    /**
     * Waits for its end.
     *
     * @throws RuntimeException whatever ended it too early
     */
    void await() {
        TaskResult.of(work);
    }

    /** Waits for its end, however it ends: what it computes with is not to go away under it. */
    @Override
    public void close() {
        try {
            work.get();
        } catch (ExecutionException known) {
            // await() tells.
        } catch (InterruptedException early) {
            Thread.currentThread().interrupt();
        }
    }
}
