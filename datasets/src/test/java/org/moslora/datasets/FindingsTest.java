package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;

class FindingsTest {
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
    void tenOfAKindAreToldAndHowManyMoreThereAre() {
        List<Finding> findings = bad(20_000);
        findings.add(finding(20_000, Severity.WARNING, "odd"));

        List<Findings.Line> lines = Findings.lines(findings);

        assertThat(lines).hasSize(11 + 11 + 1);
        assertThat(lines.get(9).problem()).hasToString("d.json, row 19 (line 19), conversation c18: is 5 % even");
        assertThat(lines.get(10).problem())
                .hasToString("even: and 9,990 more of this kind; check report FILE writes every one");
        assertThat(lines.get(22).severity()).isEqualTo(Severity.WARNING);
        assertThat(Findings.lines(findings.subList(0, 20))).hasSize(20);
    }

    @Test
    void aRefusalSaysNoMoreEither() {
        ConversationRows none = new ConversationRows(List.of(), bad(20_000), 20_000);

        for (OnBadSample policy : OnBadSample.values()) {
            InvalidInput refusal = catchThrowableOfType(InvalidInput.class, () -> policy.keep(none, List.of()));
            assertThat(refusal.problems()).hasSize(policy == OnBadSample.SKIP ? 23 : 22);
            assertThat(refusal.problems()).extracting(Problem::where).contains("even", "odd");
        }
    }
}
