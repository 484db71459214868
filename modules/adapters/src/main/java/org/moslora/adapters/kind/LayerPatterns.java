package org.moslora.adapters.kind;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.moslora.problems.Problems;

/**
 * Ranks and alphas of single layers, by regular expressions for the end of a path from a dot on; the first that matches
 * counts.
 *
 * @param ranks each at least 1
 * @param alphas each above 0
 */
public record LayerPatterns(Map<String, Integer> ranks, Map<String, Double> alphas) {
    /** All layers alike. */
    public static final LayerPatterns NONE = new LayerPatterns(Map.of(), Map.of());

    public LayerPatterns {
        Problems problems = new Problems();
        ranks.forEach((pattern, rank) -> {
            compilable("rank_pattern", pattern, problems);
            if (rank < 1) {
                problems.add("rank_pattern." + pattern, "must be at least 1, got %d", rank);
            }
        });
        alphas.forEach((pattern, alpha) -> {
            compilable("alpha_pattern", pattern, problems);
            if (!(alpha > 0) || Double.isInfinite(alpha)) {
                problems.add("alpha_pattern." + pattern, "must be above 0, got %s", alpha);
            }
        });
        problems.throwIfAny();
        ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
        alphas = Collections.unmodifiableMap(new LinkedHashMap<>(alphas));
    }

    private static void compilable(String key, String pattern, Problems problems) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException odd) {
            problems.add(key, "\"%s\" is no regular expression: %s", pattern, odd.getDescription());
        }
    }

    int rank(String path, int otherwise) {
        return first(ranks, path, otherwise);
    }

    double alpha(String path, double otherwise) {
        return first(alphas, path, otherwise);
    }

    private static <T> T first(Map<String, T> patterns, String path, T otherwise) {
        return patterns.entrySet().stream()
                .filter(entry -> matches(entry.getKey(), path))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }

    private static boolean matches(String pattern, String path) {
        return Pattern.matches("(.*\\.)?(" + pattern + ")", path);
    }

    /**
     * Tells which patterns match no layer.
     *
     * @param paths all layers that get an adapter
     */
    public void check(Collection<String> paths, Problems problems) {
        check("rank_pattern", ranks.keySet(), paths, problems);
        check("alpha_pattern", alphas.keySet(), paths, problems);
    }

    private static void check(String key, Collection<String> patterns, Collection<String> paths, Problems problems) {
        for (String pattern : patterns) {
            if (paths.stream().noneMatch(path -> matches(pattern, path))) {
                problems.add(key, "\"%s\" matches no layer that gets an adapter", pattern);
            }
        }
    }
}
