package org.moslora.examples.clip;

import com.google.gson.JsonArray;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.moslora.problems.InvalidInput;

/** The pairs of a merges.txt, line by line. */
final class PairMerges {
    private static final String END_OF_WORD = "</w>";

    private final Path file;
    private final Set<String> words;
    private final Set<String> made = new HashSet<>();
    private final JsonArray merges = new JsonArray();
    private int number;

    PairMerges(Path file, Set<String> words) {
        this.file = file;
        this.words = words;
    }

    void line(String line) {
        number++;
        if (line.isBlank() || (number == 1 && line.startsWith("#version"))) {
            return;
        }
        String[] parts = line.strip().split(" ");
        if (parts.length != 2) {
            throw new InvalidInput(
                    file + ":" + number, "must hold two tokens with a space between, got " + parts.length);
        }
        // CLIP's published list of merges is longer than its vocabulary.
        if (words.contains(parts[0]) && words.contains(parts[1]) && words.contains(parts[0] + parts[1])) {
            mustBeMade(parts[0]);
            mustBeMade(parts[1]);
            made.add(parts[0] + parts[1]);
            JsonArray pair = new JsonArray();
            pair.add(parts[0]);
            pair.add(parts[1]);
            merges.add(pair);
        }
    }

    private void mustBeMade(String part) {
        if (!isLetter(part) && !made.contains(part)) {
            throw new InvalidInput(
                    file + ":" + number,
                    "merges '" + part + "', which no line before it makes; the lines must stand in the order in which"
                            + " they were learnt, have they been sorted or turned round?");
        }
    }

    private static boolean isLetter(String part) {
        String bare = part.endsWith(END_OF_WORD) ? part.substring(0, part.length() - END_OF_WORD.length()) : part;
        return bare.codePointCount(0, bare.length()) <= 1;
    }

    /** All of them. */
    JsonArray read() {
        if (merges.isEmpty()) {
            long longer = words.stream()
                    .filter(word -> word.endsWith(END_OF_WORD) && !isLetter(word))
                    .count();
            if (longer > 0) {
                throw new InvalidInput(
                        file.toString(),
                        "holds no merges that fit vocab.json, whose " + longer
                                + " words of several letters only merges can make; is it empty, or another model's?");
            }
        }
        return merges;
    }
}
