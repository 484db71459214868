package org.moslora.examples.clip;

import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Finds whole tokens in a text, from the left, the longest where several begin. */
final class TokenFinder {
    private final List<Wanted> wanted;

    TokenFinder(List<Wanted> wanted) {
        this.wanted = wanted.stream()
                .filter(each -> !each.text().isEmpty())
                .sorted(Comparator.comparingInt((Wanted each) -> each.text().length())
                        .reversed())
                .toList();
    }

    /** A token as it stands in the text, and its id. */
    record Wanted(String text, int id) {}

    /** Goes through a text from left to right: ids of what is found, and what lies between. */
    void split(String text, IntConsumer found, Consumer<String> between) {
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            Wanted here = at(text, at);
            if (here != null) {
                pass(text, from, at, between);
                found.accept(here.id());
                from = at + here.text().length();
                at = from - 1;
            }
        }
        pass(text, from, text.length(), between);
    }

    private static void pass(String text, int from, int to, Consumer<String> between) {
        if (from < to) {
            between.accept(text.substring(from, to));
        }
    }

    private @org.jspecify.annotations.Nullable Wanted at(String text, int at) {
        for (Wanted each : wanted) {
            if (text.startsWith(each.text(), at)) {
                return each;
            }
        }
        return null;
    }
}
