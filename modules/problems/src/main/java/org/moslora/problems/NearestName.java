package org.moslora.problems;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that somebody probably meant, by Levenshtein distance. */
public final class NearestName {
    private NearestName() {}

    /** The known name closest to {@code given}, if any is close enough to be a plausible slip. */
    public static Optional<String> to(String given, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String name) -> distance(given, name))
                        .thenComparing(name -> name))
                .filter(name -> distance(given, name) <= Math.max(2, given.length() / 2));
    }

    /** {@code " (did you mean X?)"}, or the known names when none is close. */
    public static String hint(String given, Collection<String> known) {
        return to(given, known)
                .map(name -> " (did you mean " + name + "?)")
                .orElseGet(() -> "; known: " + String.join(", ", known));
    }

    static int distance(String one, String other) {
        int[] above = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int swap = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(swap, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[other.length()];
    }
}
