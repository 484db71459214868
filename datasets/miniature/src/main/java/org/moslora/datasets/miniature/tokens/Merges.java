package org.moslora.datasets.miniature.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Byte-pair encoding learnt to its end: what merges in this order leaves every word it was learnt from as one piece. */
final class Merges {
    /** What CLIP hangs on the last letter of a word. */
    static final String WORD_END = "</w>";

    private Merges() {}

    /** A word's letters, the last with the mark of the end, in a list that merging shortens. */
    static List<String> letters(String word) {
        List<String> letters = new ArrayList<>();
        word.chars().forEach(letter -> letters.add(Character.toString(letter)));
        letters.set(letters.size() - 1, letters.get(letters.size() - 1) + WORD_END);
        return letters;
    }

    /** Merges the commonest neighbours, the first by alphabet of several, until every word is one piece. */
    static List<String> untilWhole(List<List<String>> words) {
        List<String> merges = new ArrayList<>();
        Map<String, Integer> counts = count(words);
        while (!counts.isEmpty()) {
            int most =
                    counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
            String pair = counts.entrySet().stream()
                    .filter(entry -> entry.getValue() == most)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
            merges.add(pair);
            String[] halves = pair.split(" ");
            words.forEach(word -> merge(word, halves[0], halves[1]));
            counts = count(words);
        }
        return merges;
    }

    private static Map<String, Integer> count(List<List<String>> words) {
        Map<String, Integer> counts = new TreeMap<>();
        for (List<String> word : words) {
            for (int i = 0; i + 1 < word.size(); i++) {
                counts.merge(word.get(i) + " " + word.get(i + 1), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static void merge(List<String> word, String left, String right) {
        for (int i = 0; i + 1 < word.size(); i++) {
            if (word.get(i).equals(left) && word.get(i + 1).equals(right)) {
                word.set(i, left + right);
                word.remove(i + 1);
            }
        }
    }
}
