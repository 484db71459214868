package org.moslora.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several threads at one heap of work. */
final class Hands {
    private Hands() {}

    /** What each of them does. */
    @FunctionalInterface
    interface Work {
        void run(int number) throws Exception;
    }

    /** Does it in so many threads; the first failure is thrown when all have ended. */
    static void together(int count, Work work) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(count);
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            all.add(() -> {
                work.run(number);
                return null;
            });
        }
        try {
            for (Future<Void> done : pool.invokeAll(all)) {
                done.get();
            }
        } finally {
            pool.shutdown();
        }
    }
}
