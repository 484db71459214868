package org.moslora.training.team;

import com.google.gson.Gson;
import java.io.UncheckedIOException;
import java.util.List;
import org.moslora.console.progress.Stopped;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;
import org.moslora.problems.Problem;

/**
 * How a member's work ended, as it comes back to whoever leads the team, in words that travel between processes.
 *
 * @param ending what it was
 * @param type of what was thrown, where it is no type that is known here
 * @param message for the user
 * @param problems of the input, where it is wrong
 */
public record WorkerReport(Ending ending, String type, String message, List<Problem> problems) {
    private static final Gson GSON = new Gson();

    /** What there is to tell apart. */
    public enum Ending {
        /** All steps are taken. */
        DONE,
        /** Another member is gone, or this one is. */
        LOST,
        /** It was told to end, and did. */
        STOPPED,
        /** The input is wrong. */
        WRONG_INPUT,
        /** Numbers ran over. */
        NOT_FINITE,
        /** A disk or a file system failed. */
        DISK,
        /** Memory ran out. */
        MEMORY,
        /** Anything else. */
        FAILED
    }

    public WorkerReport {
        problems = List.copyOf(problems);
    }

    /** All went well. */
    public static WorkerReport done() {
        return new WorkerReport(Ending.DONE, "", "", List.of());
    }

    /** A member ended without a word. */
    public static WorkerReport lost(String message) {
        return new WorkerReport(Ending.LOST, "", message, List.of());
    }

    /** What was thrown. */
    public static WorkerReport of(Throwable thrown) {
        List<Problem> problems = thrown instanceof InvalidInput wrong ? wrong.problems() : List.of();
        return new WorkerReport(
                ending(thrown), thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()), problems);
    }

    private static Ending ending(Throwable thrown) {
        if (thrown instanceof InvalidInput) {
            return Ending.WRONG_INPUT;
        }
        if (thrown instanceof PeerLost) {
            return Ending.LOST;
        }
        if (thrown instanceof Stopped) {
            return Ending.STOPPED;
        }
        if (thrown instanceof NotFinite) {
            return Ending.NOT_FINITE;
        }
        if (thrown instanceof UncheckedIOException) {
            return Ending.DISK;
        }
        return thrown instanceof OutOfMemoryError ? Ending.MEMORY : Ending.FAILED;
    }

    /** Whether the work failed by itself, so that trying again would be in vain. */
    public boolean isFailure() {
        return ending != Ending.DONE && ending != Ending.LOST;
    }

    /** What the leader throws, so that it reads as in one process. */
    public Throwable thrown() {
        return switch (ending) {
            case WRONG_INPUT -> new InvalidInput(problems);
            case NOT_FINITE -> new NotFinite(message);
            case STOPPED -> new Stopped(message);
            case LOST -> new PeerLost(message);
            case DISK -> new UncheckedIOException(message, new java.io.IOException(message));
            case MEMORY -> new OutOfMemoryError(message);
            case DONE, FAILED ->
                new IllegalStateException(type.equals("IllegalStateException") ? message : type + ": " + message);
        };
    }

    /** Throws {@link #thrown}. */
    public RuntimeException raised() {
        Throwable thrown = thrown();
        if (thrown instanceof Error error) {
            throw error;
        }
        return (RuntimeException) thrown;
    }

    /** One line of JSON. */
    public String json() {
        return GSON.toJson(this);
    }

    /** Reads {@link #json}. */
    public static WorkerReport parse(String json) {
        return GSON.fromJson(json, WorkerReport.class);
    }
}
