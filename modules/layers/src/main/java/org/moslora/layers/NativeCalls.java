package org.moslora.layers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;

/**
 * What native libraries are doing in this process, and how that ends with it: a thread that is inside of a library when
 * the process takes it down reads freed memory. Calls do not hold each other up, and must not be made one within another.
 */
public final class NativeCalls {
    /** Whatever cannot be stopped is waited for: a kernel on a large batch, a large graph that is being loaded. */
    private static final long PATIENCE_SECONDS = 60;

    /** Each call reads; the end of the process writes, and is never done with it. */
    private static final StampedLock GATE = new StampedLock();

    private static final Semaphore NEVER = new Semaphore(0);
    private static final Set<Runnable> STOPS = ConcurrentHashMap.newKeySet();
    private static volatile boolean ending;

    private NativeCalls() {}

    /**
     * A call into a library.
     *
     * @param <T> what it returns
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        /** Makes the call. */
        T run() throws E;
    }

    /**
     * For a program that has nothing to finish when it is told to end: what is under way is stopped then, or waited for, and
     * does not return, nor does anything that begins later, so that nobody takes it for failed. A service that finishes what
     * it has begun in a hook of its own does without.
     */
    public static void stopAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(NativeCalls::stop, "stop-native-calls"));
    }

    /** Makes a call that cannot be stopped. */
    public static <T, E extends Exception> T during(Call<T, E> call) throws E {
        long stamp = GATE.readLock();
        try {
            return call.run();
        } finally {
            leave(stamp);
        }
    }

    /**
     * Makes a call that can be stopped.
     *
     * @param stop has it return soon, whether it has begun or not; called by another thread, perhaps more than once
     */
    public static <T, E extends Exception> T during(Runnable stop, Call<T, E> call) throws E {
        return during(() -> {
            STOPS.add(stop);
            try {
                if (ending) {
                    stop.run();
                }
                return call.run();
            } finally {
                STOPS.remove(stop);
            }
        });
    }

    private static void leave(long stamp) {
        GATE.unlockRead(stamp);
        if (ending) {
            NEVER.acquireUninterruptibly();
        }
    }

    private static void stop() {
        ending = true;
        STOPS.forEach(Runnable::run);
        try {
            GATE.tryWriteLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
