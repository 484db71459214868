package org.moslora.problems;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is told of problems where there may be thousands: of one kind the first ten, and how many more there are. */
public final class Grouped {
    private static final int MOST = 10;

    private Grouped() {}

    /** Those to be told, in their order; behind the tenth of a kind stands how many follow. Grouping again changes nothing. */
    public static List<Problem> some(List<Problem> problems) {
        Map<String, Integer> all = new HashMap<>();
        problems.forEach(problem -> all.merge(problem.kind(), 1, Integer::sum));
        Map<String, Integer> told = new HashMap<>();
        List<Problem> some = new ArrayList<>();
        for (Problem problem : problems) {
            int number = told.merge(problem.kind(), 1, Integer::sum);
            if (number <= MOST) {
                some.add(problem);
            }
            int more = all.getOrDefault(problem.kind(), 0) - MOST;
            if (number == MOST && more > 0) {
                String what = String.format(
                        "and %,d more of this kind; check %s FILE writes every one", more, FieldName.of("report"));
                some.add(new Problem(problem.rule(), what, "more of " + problem.kind()));
            }
        }
        return some;
    }
}
