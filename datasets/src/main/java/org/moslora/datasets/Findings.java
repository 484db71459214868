package org.moslora.datasets;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.problems.FieldName;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;

/** What is told of findings where there may be thousands: the first ten of a kind, and how many more there are. */
public final class Findings {
    private static final int MOST = 10;

    private Findings() {}

    /** One line, with what becomes of the rows it is about. */
    public record Line(Severity severity, Problem problem) {}

    /** The lines for all findings, one kind after the other, in the order in which the kinds first appear. */
    public static List<Line> lines(List<Finding> findings) {
        Map<String, List<Finding>> kinds = new LinkedHashMap<>();
        for (Finding finding : findings) {
            kinds.computeIfAbsent(finding.severity() + finding.rule(), kind -> new ArrayList<>())
                    .add(finding);
        }
        List<Line> lines = new ArrayList<>();
        kinds.values().forEach(kind -> add(kind, lines));
        return lines;
    }

    private static void add(List<Finding> kind, List<Line> lines) {
        Finding first = kind.get(0);
        kind.stream().limit(MOST).forEach(finding -> lines.add(new Line(finding.severity(), finding.problem())));
        if (kind.size() > MOST) {
            lines.add(new Line(first.severity(), more(kind.size() - MOST, first.rule())));
        }
    }

    /** Adds to {@code problems} what was found of one kind: the first ten, and how many more. */
    public static void addSome(List<Problem> found, String kind, Problems problems) {
        found.stream().limit(MOST).forEach(one -> problems.add(one.where(), "%s", one.what()));
        if (found.size() > MOST) {
            Problem more = more(found.size() - MOST, kind);
            problems.add(more.where(), "%s", more.what());
        }
    }

    private static Problem more(int count, String kind) {
        return new Problem(
                kind,
                String.format(
                        "and %,d more of this kind; check " + FieldName.of("report") + " FILE writes every one",
                        count));
    }
}
