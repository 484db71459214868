package org.moslora.spark;

import java.io.IOException;
import org.moslora.app.MosloraCli;

/** The program in one process, as an executor starts it: it ends at the latest when that executor does. */
public final class TrialMain {
    private TrialMain() {}

    /** Runs a command line. */
    public static void main(String[] arguments) {
        Thread watching = new Thread(TrialMain::watch, "executor");
        watching.setDaemon(true);
        watching.start();
        MosloraCli.main(arguments);
    }

    private static void watch() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said; only the end counts.
            }
        } catch (IOException gone) {
            // As good as an end.
        }
        Runtime.getRuntime().halt(1);
    }
}
