package org.moslora.tensors;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.moslora.problems.Problems;

/** How names out of files appear in messages: short, without control characters, long lists abbreviated. */
final class NameExcerpt {
    /** How many of one kind are told before the rest is only counted. */
    static final int MOST = 20;

    private static final int LONGEST = 200;

    private NameExcerpt() {}

    static String name(String name) {
        String visible = name.replaceAll("\\p{Cntrl}", "?");
        return visible.length() <= LONGEST ? visible : visible.substring(0, LONGEST) + "…";
    }

    static String names(Collection<String> names) {
        String first = names.stream().limit(MOST).map(NameExcerpt::name).collect(Collectors.joining(", "));
        return names.size() <= MOST ? first : first + " and " + (names.size() - MOST) + " more";
    }

    /** Adds a problem for each of {@code whats}, and one that counts those beyond the first {@link #MOST}. */
    static void addAll(Problems problems, String where, List<String> whats) {
        whats.stream().limit(MOST).forEach(what -> problems.add(where, what));
        if (whats.size() > MOST) {
            problems.add(where, "and " + (whats.size() - MOST) + " more like the last one");
        }
    }
}
