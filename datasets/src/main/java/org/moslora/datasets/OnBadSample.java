package org.moslora.datasets;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.moslora.examples.text.Conversation;
import org.moslora.problems.Grouped;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problems;

/** Whether a run goes on without rows that cannot be used. */
public enum OnBadSample {
    /** Any bad row is an error. */
    ERROR,
    /** Bad rows are left out, as long as they are at most one in a hundred. */
    SKIP;

    private static final int ONE_IN = 100;

    /**
     * The policy of a name.
     *
     * @param where the recipe key, for the message
     * @throws InvalidInput naming the known ones
     */
    public static OnBadSample named(String where, String name) {
        return Arrays.stream(values())
                .filter(policy -> policy.spelling().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known =
                            Arrays.stream(values()).map(OnBadSample::spelling).toList();
                    return new InvalidInput(where, "no such policy '" + name + "'" + NearestName.hint(name, known));
                });
    }

    /** How recipes write it: error, skip. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The conversations to use.
     *
     * @param read what the files hold
     * @param checks what looking at the pictures has found
     * @return the rows without an error, in order; the findings say what is left out
     * @throws InvalidInput naming the bad rows, ten of a kind, if there are more than the policy allows, or if no
     *     good row is left
     */
    public List<Conversation> keep(ConversationRows read, List<Finding> checks) {
        List<Finding> errors = Stream.concat(read.findings().stream(), checks.stream())
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        Set<RowPlace> bad = new HashSet<>();
        errors.forEach(finding -> bad.add(finding.at()));
        boolean tooMany = (long) bad.size() * ONE_IN > read.total();
        if (!bad.isEmpty() && (this == ERROR || tooMany || bad.size() == read.total())) {
            Problems problems = new Problems();
            if (this == SKIP) {
                problems.add(
                        "data.on_bad_sample",
                        "skip leaves out at most 1 %% of the rows; %d of %d are bad",
                        bad.size(),
                        read.total());
            }
            Grouped.some(Finding.problems(errors, Severity.ERROR)).forEach(problems::add);
            problems.throwIfAny();
        }
        return read.rows().stream()
                .filter(row -> !bad.contains(row.at()))
                .map(ConversationRow::conversation)
                .toList();
    }
}
