package org.moslora.layers;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A program that ends amid calls: {@code stopping} there, or {@code finishing} some more in a hook, or only {@code starting}. */
final class EndingProgram {
    /** How long a call goes on after the end has begun. */
    private static final int LONG_CALL_MILLIS = 2000;

    /** How long after the end has begun a kernel may still be the one that was under way. */
    private static final int LATE_MILLIS = 1000;

    private static final int LATE_CALLS = 50;

    /** Within which a call must have been made, kernels compiled included, on a machine that others keep busy. */
    private static final int LONGEST_START_SECONDS = 100;

    private static volatile long ending = Long.MAX_VALUE;

    private EndingProgram() {}

    public static void main(String... arguments) throws InterruptedException {
        Engine.start(1);
        if (arguments[0].equals("starting")) {
            System.exit(0);
        } else if (arguments[0].equals("finishing")) {
            Runtime.getRuntime().addShutdownHook(new Thread(EndingProgram::finish));
        } else {
            NativeCalls.stopAtExit();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = System.currentTimeMillis()));
            beginCalls();
        }
        System.exit(0);
    }

    private static void beginCalls() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        start(() -> callForLong(begun));
        start(() -> callOften(begun));
        if (!begun.await(LONGEST_START_SECONDS, TimeUnit.SECONDS)) {
            System.out.println("calls never began");
            System.exit(1);
        }
    }

    private static void start(Runnable work) {
        Thread worker = new Thread(work);
        worker.setDaemon(true);
        worker.start();
    }

    private static void callForLong(CountDownLatch begun) {
        NativeCalls.during(() -> {
            begun.countDown();
            while (ending == Long.MAX_VALUE) {
                sleep(10);
            }
            sleep(LONG_CALL_MILLIS);
            System.out.println("waited for");
            return begun;
        });
        System.out.println("returned");
    }

    private static void callOften(CountDownLatch begun) {
        try {
            while (System.currentTimeMillis() - LATE_MILLIS < ending) {
                call();
                begun.countDown();
            }
            System.out.println("went on");
        } catch (RuntimeException stopped) {
            System.out.println("taken for failed: " + stopped.getMessage());
        }
    }

    private static void call() {
        try (Arena step = Arena.open(Compute.cpu())) {
            Kernels.get().call(step, "added", step.zeros(8), step.zeros(8));
        }
    }

    private static void finish() {
        sleep(LATE_MILLIS);
        for (int i = 0; i < LATE_CALLS; i++) {
            call();
        }
        System.out.println("finished");
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException impatient) {
            throw new IllegalStateException(impatient);
        }
    }
}
