package org.moslora.console.progress;

import java.util.List;
import java.util.stream.Collectors;

/** Commands of the program as they are typed into a shell. */
public final class ShellCommand {
    private ShellCommand() {}

    /**
     * A command behind the program's name; empty if there are no words.
     *
     * @param words verb, options and what they are given
     */
    public static String command(List<String> words) {
        return words.isEmpty()
                ? ""
                : "./moslora " + words.stream().map(ShellCommand::word).collect(Collectors.joining(" "));
    }

    private static String word(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
