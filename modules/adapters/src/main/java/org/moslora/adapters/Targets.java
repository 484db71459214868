package org.moslora.adapters;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.names.Components;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problems;

/**
 * Which linears of a component get an adapter.
 *
 * @param include ends of paths, whole paths, regular expressions over whole paths, or {@code all-linear}
 * @param exclude the same way, taken away again
 * @param layers {@code 3}, {@code 0-15} or several with commas; null for all
 */
public record Targets(
        List<String> include,
        List<String> exclude,
        @Nullable String layers) {
    private static final String ALL = "all-linear";
    private static final Pattern BLOCK = Pattern.compile("\\.layers\\.(\\d+)\\.");
    private static final Pattern RANGE = Pattern.compile("\\s*(\\d{1,6})\\s*(?:-\\s*(\\d{1,6})\\s*)?");

    public Targets {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /**
     * The chosen paths, in the order given.
     *
     * @param paths all linears of the component
     * @param problems receives every entry that matches nothing or is no regular expression
     */
    public Set<String> choose(List<String> paths, Problems problems) {
        return choose(paths, Set.of(), problems);
    }

    /** As {@link #choose(List, Problems)}, where {@code all-linear} leaves out convolutions and embedding tables. */
    Set<String> choose(List<String> paths, Set<String> special, Problems problems) {
        Set<String> chosen = new LinkedHashSet<>();
        List<String> linears =
                paths.stream().filter(path -> !special.contains(path)).toList();
        Set<String> wanted = matching("targets", include, paths, linears, problems);
        Set<String> unwanted = matching("exclude", exclude, paths, linears, problems);
        List<int[]> ranges = ranges(problems);
        for (String path : paths) {
            if (wanted.contains(path) && !unwanted.contains(path) && inside(path, ranges)) {
                chosen.add(path);
            }
        }
        if (chosen.isEmpty() && problems.isEmpty()) {
            problems.add("targets", "choose no layer: exclude and layers take away all of %s", include);
        }
        return chosen;
    }

    private static Set<String> matching(
            String key, List<String> entries, List<String> paths, List<String> linears, Problems problems) {
        Set<String> found = new LinkedHashSet<>();
        for (String entry : entries) {
            List<String> hits = entry.equals(ALL) ? linears : hits(key, entry, paths, problems);
            if (hits.isEmpty()) {
                problems.add(key, "\"%s\" matches no linear layer%s", entry, NearestName.hint(entry, leaves(paths)));
            }
            found.addAll(hits);
        }
        return found;
    }

    private static List<String> hits(String key, String entry, List<String> paths, Problems problems) {
        List<String> ends = paths.stream()
                .filter(path -> path.equals(entry) || path.endsWith("." + entry))
                .toList();
        if (!ends.isEmpty()) {
            return ends;
        }
        try {
            Pattern pattern = Pattern.compile(entry);
            return paths.stream()
                    .filter(path -> pattern.matcher(path).matches()
                            || pattern.matcher(Components.within(path)).matches())
                    .toList();
        } catch (PatternSyntaxException odd) {
            problems.add(key, "\"%s\" is no regular expression: %s", entry, odd.getDescription());
            return paths;
        } catch (StackOverflowError deep) {
            problems.add(key, "\"%s\" is too deep a regular expression", entry);
            return paths;
        }
    }

    private static Set<String> leaves(List<String> paths) {
        Set<String> leaves = new TreeSet<>();
        paths.forEach(path -> leaves.add(path.substring(path.lastIndexOf('.') + 1)));
        return leaves;
    }

    private List<int[]> ranges(Problems problems) {
        List<int[]> ranges = new ArrayList<>();
        if (layers == null) {
            return ranges;
        }
        for (String part : layers.split(",", -1)) {
            Matcher range = RANGE.matcher(part);
            if (!range.matches()) {
                problems.add("layers", "must be like 3, 0-15 or 0-3,8, got \"%s\"", layers);
                return ranges;
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (last < first) {
                problems.add("layers", "%s ends before it begins", part);
            }
            ranges.add(new int[] {first, last});
        }
        return ranges;
    }

    private static boolean inside(String path, List<int[]> ranges) {
        Matcher block = BLOCK.matcher(path);
        if (ranges.isEmpty()) {
            return true;
        }
        if (!block.find()) {
            return false;
        }
        int number = Integer.parseInt(block.group(1));
        return ranges.stream().anyMatch(range -> number >= range[0] && number <= range[1]);
    }
}
