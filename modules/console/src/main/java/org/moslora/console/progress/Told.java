package org.moslora.console.progress;

import java.io.PrintStream;
import org.moslora.problems.InvalidInput;

/** Tells the user what ended the program: a line for each problem, and a stack trace only for those who debug. */
public final class Told {
    private Told() {}

    /** Prints what was thrown and says which code the program ends with. */
    public static ExitCode tell(Throwable thrown, PrintStream err, boolean debug) {
        if (debug) {
            thrown.printStackTrace(err);
        }
        if (thrown instanceof Stopped stopped) {
            err.println("stopped: " + stopped.getMessage());
            return ExitCode.FAILED;
        }
        if (thrown instanceof InvalidInput invalid) {
            invalid.problems().forEach(problem -> err.println("error: " + problem));
            return ExitCode.WRONG_INPUT;
        }
        err.println("error: " + line(thrown) + (debug ? "" : " (--debug shows where)"));
        return ExitCode.FAILED;
    }

    private static String line(Throwable thrown) {
        String message = thrown.getMessage();
        String name = thrown.getClass().getSimpleName();
        // Without its name, the message of a NoSuchFileException is just a path.
        return message == null || message.isBlank()
                ? name
                : name + ": " + message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
