package org.moslora.examples.clip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * A vocabulary and the pairs that its tokens are merged from, most important first (Sennrich and others, arXiv
 * 1508.07909, over bytes, the last one of a word marked).
 */
final class PairMerges {
    static final String VOCABULARY = "vocab.json";
    private static final String MERGES = "merges.txt";
    private static final String END_OF_WORD = "</w>";

    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Pair, Merge> merges = new HashMap<>();

    private PairMerges() {}

    /** Two tokens side by side. */
    record Pair(int left, int right) {}

    /** What a pair becomes, and how early. */
    record Merge(int rank, int id) {}

    static PairMerges read(Path folder) {
        for (String name : List.of(VOCABULARY, MERGES)) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new InvalidInput(
                        folder.toString(), "holds no " + name + " and no tokenizer.json; " + there(folder));
            }
        }
        PairMerges read = new PairMerges();
        String where = folder.resolve(VOCABULARY).toString();
        JsonFile.read(folder.resolve(VOCABULARY))
                .entrySet()
                .forEach(entry -> read.ids.put(entry.getKey(), JsonFile.id(where, entry.getKey(), entry.getValue())));
        read.readMerges(folder.resolve(MERGES));
        return read;
    }

    private static String there(Path folder) {
        if (!Files.isDirectory(folder)) {
            return "there is no such folder";
        }
        try (Stream<Path> files = Files.list(folder)) {
            String names = String.join(
                    ", ",
                    files.map(file -> String.valueOf(file.getFileName()))
                            .sorted()
                            .limit(20)
                            .toList());
            return names.isEmpty() ? "it is empty" : "it has " + names;
        } catch (IOException unreadable) {
            return "the folder cannot be listed";
        }
    }

    private void readMerges(Path file) {
        InputFile.mustBeFile(file);
        try (Stream<String> lines = Files.lines(file)) {
            int[] number = {0};
            lines.forEach(line -> {
                number[0]++;
                if (!line.isBlank() && !(number[0] == 1 && line.startsWith("#version"))) {
                    readMerge(file + ":" + number[0], line.strip().split(" "));
                }
            });
        } catch (IOException | UncheckedIOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read as UTF-8 text: " + unreadable.getMessage());
        }
    }

    private void readMerge(String where, String[] parts) {
        if (parts.length != 2) {
            throw new InvalidInput(where, "must hold two tokens with a space between, got " + parts.length);
        }
        Integer left = ids.get(parts[0]);
        Integer right = ids.get(parts[1]);
        Integer whole = ids.get(parts[0] + parts[1]);
        // CLIP's published list of merges is longer than its vocabulary.
        if (left != null && right != null && whole != null) {
            merges.putIfAbsent(new Pair(left, right), new Merge(merges.size(), whole));
        }
    }

    /** Gives tokens that the vocabulary lacks the ids past its end. */
    void add(List<String> extra) {
        for (String token : extra) {
            ids.putIfAbsent(token, ids.size());
        }
    }

    @Nullable
    Integer id(String token) {
        return ids.get(token);
    }

    /** The ids of one word. */
    void encode(String word, int unknown, IntConsumer id) {
        String letters = ByteLetters.of(word);
        int[] parts = new int[letters.length()];
        for (int i = 0; i < parts.length; i++) {
            String letter = letters.substring(i, i + 1) + (i == parts.length - 1 ? END_OF_WORD : "");
            parts[i] = ids.getOrDefault(letter, unknown);
        }
        new WordPairs(parts, merges).merge(id);
    }
}
