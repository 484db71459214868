package org.moslora.console.progress;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the program was told to end, by Ctrl-C or by whoever started it. Work that has a good place to stop at attends to
 * that: it looks at {@link #isMade} there, brings its results to safety and throws {@link Stopped}. Whatever does not
 * attend is ended where it is.
 */
public final class StopRequest {
    private static final AtomicInteger ATTENDING = new AtomicInteger();
    private static volatile int signal;
    private static volatile boolean ending;

    private StopRequest() {}

    /** Does work that looks at {@link #isMade} before long. */
    public static void attending(Runnable work) {
        ATTENDING.incrementAndGet();
        try {
            work.run();
        } finally {
            ATTENDING.decrementAndGet();
        }
    }

    /**
     * Tells the program to end.
     *
     * @param number the signal's
     * @return whether somebody attends to it; otherwise the process is to be ended
     */
    public static boolean make(int number) {
        signal = number;
        ending = ATTENDING.get() == 0;
        return !ending;
    }

    /** Whether the program is to end. */
    public static boolean isMade() {
        return signal != 0;
    }

    /** Whether the process is being ended already, so that what fails now is of no interest. */
    public static boolean isEnding() {
        return ending;
    }

    /** What the program answers to the shell: as a process that the signal itself had ended, or a code of its own. */
    public static int exitCode(int own) {
        return signal == 0 ? own : ExitCode.SIGNALLED + signal;
    }
}
