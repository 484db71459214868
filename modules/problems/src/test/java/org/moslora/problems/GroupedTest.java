package org.moslora.problems;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupedTest {
    @Test
    void ofOneKindTheFirstTenAndACount() {
        List<Problem> problems = new ArrayList<>(IntStream.range(0, 20_000)
                .mapToObj(
                        i -> new Problem("d.json line " + i, "picture p/" + i + ".png does not exist", "image-missing"))
                .toList());
        problems.add(7, new Problem("recipe.yaml:3", "another"));
        List<String> lines =
                Grouped.some(problems).stream().map(Problem::toString).toList();
        assertThat(lines).hasSize(12).contains("recipe.yaml:3: another");
        assertThat(lines.get(0)).isEqualTo("d.json line 0: picture p/0.png does not exist");
        assertThat(lines.get(11)).contains("19,990 more", "image-missing", "check report");
        assertThat(Grouped.some(Grouped.some(problems))).isEqualTo(Grouped.some(problems));
    }

    @Test
    void withoutARuleTheKindIsWhatIsSaidWithoutItsValues() {
        List<Problem> problems = IntStream.range(0, 50)
                .mapToObj(i -> new Problem("a", "turn " + i + " of \"" + "x".repeat(i) + "\" says from 'y" + i + "'"))
                .toList();
        assertThat(Grouped.some(problems)).hasSize(11).last().asString().contains("40 more");
    }

    @Test
    void differentKindsAreAllTold() {
        List<Problem> problems = IntStream.range(0, 40)
                .mapToObj(i -> new Problem("k", "key " + (char) ('a' + i % 20) + " is unknown"))
                .toList();
        assertThat(Grouped.some(problems)).hasSize(40);
    }
}
