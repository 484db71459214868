package org.moslora.problems;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Problems as lines that somebody can read: of one kind the first ten and how many more there are. */
public final class Grouped {
    /** How many of one kind are told one by one. */
    public static final int MOST = 10;

    private Grouped() {}

    /** The lines, in the order of the problems; behind the tenth of a kind stands how many follow. */
    public static List<String> lines(List<Problem> problems) {
        Map<String, Integer> all = new HashMap<>();
        problems.forEach(problem -> all.merge(problem.kind(), 1, Integer::sum));
        Map<String, Integer> told = new HashMap<>();
        List<String> lines = new ArrayList<>();
        for (Problem problem : problems) {
            int number = told.merge(problem.kind(), 1, Integer::sum);
            if (number <= MOST) {
                lines.add(problem.toString());
            }
            int more = all.getOrDefault(problem.kind(), 0) - MOST;
            if (number == MOST && more > 0) {
                lines.add("and " + more + " more of this kind"
                        + (problem.rule().isEmpty() ? "" : " (" + problem.rule() + ")")
                        + "; check " + FieldName.of("report") + " FILE lists them all");
            }
        }
        return lines;
    }
}
