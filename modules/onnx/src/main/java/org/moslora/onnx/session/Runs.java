package org.moslora.onnx.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX Runtime is doing in this process, and how that ends with it: a thread that is inside of the library when the
 * process takes it down reads freed memory.
 */
public final class Runs {
    /** A run stops at the next operator; a graph that is being loaded cannot be stopped, and a large one takes a while. */
    private static final long PATIENCE_MILLIS = 60_000;

    private static final Set<UnderWay> ALL = new HashSet<>();
    private static final Semaphore NEVER = new Semaphore(0);
    private static boolean ending;

    private Runs() {}

    /** A call into ONNX Runtime. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws OrtException;
    }

    /** One call that has not returned yet; equal to itself alone. */
    private static final class UnderWay {
        private final @Nullable RunOptions options;

        private UnderWay(@Nullable RunOptions options) {
            this.options = options;
        }

        private void stop() {
            try {
                if (options != null) {
                    options.setTerminate(true);
                }
            } catch (OrtException refused) {
                throw new IllegalStateException("a run cannot be stopped", refused);
            }
        }
    }

    /**
     * For a program that has nothing to finish when it is told to end: what is under way is stopped then, and does not
     * return, nor does anything that begins later, so that nobody takes it for failed. A service that finishes what it has
     * begun in a hook of its own does without.
     */
    public static void stopAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(Runs::stop, "stop-runs"));
    }

    /** @param options that a run is called with; null for a call that cannot be stopped */
    static <T> T during(@Nullable RunOptions options, Call<T> call) throws OrtException {
        UnderWay own = new UnderWay(options);
        begin(own);
        try {
            return call.run();
        } finally {
            end(own);
        }
    }

    private static void begin(UnderWay own) {
        synchronized (ALL) {
            if (!ending) {
                ALL.add(own);
                return;
            }
        }
        NEVER.acquireUninterruptibly();
    }

    private static void end(UnderWay own) {
        synchronized (ALL) {
            ALL.remove(own);
            ALL.notifyAll();
            if (!ending) {
                return;
            }
        }
        NEVER.acquireUninterruptibly();
    }

    private static void stop() {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        synchronized (ALL) {
            ending = true;
            ALL.forEach(UnderWay::stop);
            for (long left = PATIENCE_MILLIS; left > 0 && !ALL.isEmpty(); left = end - System.currentTimeMillis()) {
                try {
                    ALL.wait(left);
                } catch (InterruptedException impatient) {
                    return;
                }
            }
        }
    }
}
