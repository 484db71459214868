package org.moslora.problems;

/** Where remarks for the user go. */
@FunctionalInterface
public interface Messages {
    /** One line. */
    void tell(String line);

    /** Lines on stderr, or nowhere when the user wants quiet. */
    static Messages stderr(boolean quiet) {
        return quiet ? line -> {} : System.err::println;
    }
}
