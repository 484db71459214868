package org.moslora.quickstart;

import java.util.List;

/** The program's own command line, run in this process. */
@FunctionalInterface
public interface Verbs {
    /**
     * Runs a command; its progress goes to stderr, what it prints on stdout to nobody. What ends it before it is done is
     * thrown.
     *
     * @param words verb, options and what they are given
     */
    void run(List<String> words);
}
