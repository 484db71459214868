package org.moslora.app;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * This program where it runs a part of another's work, such as a trial of a comparison: it ends when the other ends, however
 * that happens, so that nobody goes on writing into a folder that the same command, given again, takes up.
 */
public final class ChildProcess {
    private static final String ENDS_WITH_INPUT = "MOSLORA_ENDS_WITH_INPUT";
    /** As of a process that is killed. */
    private static final int KILLED = 137;

    private ChildProcess() {}

    /** Has a process that is going to be started end with this one, which holds its input open. */
    public static void tie(Map<String, String> environment) {
        environment.put(ENDS_WITH_INPUT, "1");
    }

    /** Leaves the input to a process that is going to be started and reads it itself. */
    static void untie(Map<String, String> environment) {
        environment.remove(ENDS_WITH_INPUT);
    }

    /** Watches the input, if whoever started this process asked for that. */
    static void watch() {
        if (System.getenv(ENDS_WITH_INPUT) != null) {
            Thread watching = new Thread(
                    () -> endWith(new InputStreamReader(System.in, StandardCharsets.UTF_8), () -> {}), "parent");
            watching.setDaemon(true);
            watching.start();
        }
    }

    /**
     * Waits until the input ends, and ends this process then.
     *
     * @param first what is done before, by which it may end by itself
     */
    static void endWith(Reader input, Runnable first) {
        try {
            while (input.read() >= 0) {
                // Nothing is ever written there.
            }
        } catch (IOException gone) {
            // Gone it is.
        }
        first.run();
        Runtime.getRuntime().halt(KILLED);
    }
}
