package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;

/** Rows that cannot be used are refused a few of a kind at a time. */
class OnBadSampleTest {
    private static Finding finding(int index, Severity severity, String rule) {
        return new Finding(new RowPlace("d.json", index, index + 1), "c" + index, severity, rule, "is 5 % " + rule);
    }

    private static List<Finding> bad(int count) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            findings.add(finding(i, Severity.ERROR, i % 2 == 0 ? "even" : "odd"));
        }
        return findings;
    }

    @Test
    void aRefusalNamesTenOfAKindAndHowManyMoreThereAre() {
        ConversationRows none = new ConversationRows(List.of(), bad(20_000), 20_000);

        for (OnBadSample policy : OnBadSample.values()) {
            InvalidInput refusal = catchThrowableOfType(InvalidInput.class, () -> policy.keep(none, List.of()));
            assertThat(refusal.problems()).hasSize(policy == OnBadSample.SKIP ? 23 : 22);
            assertThat(refusal.problems()).extracting(Problem::where).contains("even", "odd");
        }
    }
}
