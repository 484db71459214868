package org.moslora.app;

import java.util.Locale;
import org.moslora.problems.InvalidInput;

/** The words of a command line as Java got them. */
final class Arguments {
    /** What stands for bytes that could not be read. */
    private static final char UNREADABLE = '\ufffd';

    private Arguments() {}

    /**
     * Refuses a word that lost letters on its way: a prompt would make another picture, a path lead elsewhere.
     *
     * @throws InvalidInput where the locale cannot read what was typed
     */
    static void mustBeWhole(String... arguments) {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (encoding.toUpperCase(Locale.ROOT).startsWith("UTF")) {
            return;
        }
        for (String word : arguments) {
            if (word.indexOf(UNREADABLE) >= 0 || word.chars().anyMatch(letter -> letter > '~')) {
                throw new InvalidInput(
                        "\"" + word + "\"",
                        "holds letters that the locale, " + encoding
                                + ", cannot read; set LC_ALL=C.UTF-8, or another UTF-8 locale of this machine");
            }
        }
    }
}
