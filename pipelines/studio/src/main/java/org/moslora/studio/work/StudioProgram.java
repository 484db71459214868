package org.moslora.studio.work;

import java.util.List;

/** The program's own command line, as the studio uses it. */
@FunctionalInterface
public interface StudioProgram {
    /**
     * The whole command that runs the program with some words in a process of its own.
     *
     * @param words verb, options and what they are given
     */
    List<String> command(List<String> words);
}
