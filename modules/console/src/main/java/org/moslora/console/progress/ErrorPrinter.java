package org.moslora.console.progress;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.Explained;
import org.moslora.problems.FieldName;
import org.moslora.problems.Grouped;
import org.moslora.problems.InvalidInput;

/** Tells the user what ended the program: a line for each problem, and a stack trace only for those who debug. */
public final class ErrorPrinter {
    private static final Pattern NATIVE_MEMORY =
            Pattern.compile("can't allocate memory: you tried to allocate (\\d+) bytes|CUDA out of memory");

    private ErrorPrinter() {}

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
            Grouped.some(invalid.problems()).forEach(problem -> err.println("error: " + problem));
            return ExitCode.WRONG_INPUT;
        }
        if (thrown instanceof InvalidPathException odd) {
            err.println("error: \"" + odd.getInput() + "\" is no path here: " + odd.getReason()
                    + "; names outside ASCII need a UTF-8 locale, such as LC_ALL=C.UTF-8");
            return ExitCode.WRONG_INPUT;
        }
        String memory = memory(thrown);
        err.println("error: " + (memory == null ? line(thrown) : memory)
                + (debug ? "" : " (" + FieldName.of("debug") + " shows where)"));
        return ExitCode.FAILED;
    }

    /** What to do where memory ran out, Java's or libtorch's; null where it did not. */
    private static @Nullable String memory(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return String.format(
                        Locale.ROOT,
                        "out of memory: Java's heap of %d MiB is too small for this; MOSLORA_HEAP=%dm gives it more",
                        Runtime.getRuntime().maxMemory() >> 20,
                        Math.max(512, Runtime.getRuntime().maxMemory() >> 18));
            }
            Matcher match = NATIVE_MEMORY.matcher(String.valueOf(cause.getMessage()));
            if (match.find()) {
                return "out of memory: libtorch got no "
                        + (match.group(1) == null ? "more of the GPU's" : match.group(1) + " bytes more")
                        + "; smaller batches or pictures, training.gradient_checkpointing: true and training.quantize"
                        + " take less";
            }
        }
        return null;
    }

    private static String line(Throwable thrown) {
        String message = thrown.getMessage();
        Throwable cause = thrown.getCause();
        if (thrown instanceof UncheckedIOException && message != null && cause != null) {
            // Where nothing was said beside the cause, the message is the cause's with the name of its package.
            return message.equals(cause.toString()) ? line(cause) : flat(message);
        }
        if (thrown instanceof Explained && message != null) {
            return flat(message);
        }
        String name = thrown.getClass().getSimpleName();
        // Without its name, the message of a NoSuchFileException is just a path.
        return message == null || message.isBlank() ? name : name + ": " + flat(message);
    }

    private static String flat(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
