package org.moslora.quickstart;

import java.util.List;

/**
 * A command that is to be run.
 *
 * @param purpose what for, in a few words
 * @param words verb, options and what they are given
 */
record VerbCall(String purpose, List<String> words) {
    VerbCall {
        words = List.copyOf(words);
    }
}
