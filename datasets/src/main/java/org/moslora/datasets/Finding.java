package org.moslora.datasets;

import java.util.Collection;
import java.util.List;
import org.moslora.problems.Problem;

/**
 * Something that is wrong, or odd, with one row of the data.
 *
 * @param at where the row stands
 * @param id the conversation's id
 * @param severity whether the row can still be used
 * @param rule a short name of the rule that the row breaks, such as image-missing
 * @param message the rule, the value and the likely mistake
 */
public record Finding(RowPlace at, String id, Severity severity, String rule, String message) {
    /** What becomes of the row unless the data are refused: left out, or kept. */
    public String action() {
        return severity.action();
    }

    /** Those of one severity, as lines for the user. */
    public static List<Problem> problems(Collection<Finding> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity == severity)
                .map(Finding::problem)
                .toList();
    }

    /** As a line for the user. */
    public Problem problem() {
        return new Problem(at + ", conversation " + id, message, rule);
    }
}
