package org.moslora.quickstart.outcome;

import java.util.List;
import org.moslora.console.progress.ShellCommand;

/**
 * A command of the program that was run.
 *
 * @param purpose what for, in a few words
 * @param words verb, options and what they are given
 * @param seconds how long it took
 */
public record Command(String purpose, List<String> words, double seconds) {
    public Command {
        words = List.copyOf(words);
    }

    /** As it is typed into a shell. */
    public String typed() {
        return typed(words);
    }

    /** Words as they are typed into a shell, behind the program's name. */
    public static String typed(List<String> words) {
        return ShellCommand.command(words);
    }
}
