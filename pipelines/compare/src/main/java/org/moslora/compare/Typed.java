package org.moslora.compare;

import java.util.List;
import java.util.stream.Collectors;

/** Commands as they are typed into a shell. */
final class Typed {
    private Typed() {}

    static String command(List<String> words) {
        return words.isEmpty()
                ? ""
                : "./moslora " + words.stream().map(Typed::word).collect(Collectors.joining(" "));
    }

    private static String word(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
