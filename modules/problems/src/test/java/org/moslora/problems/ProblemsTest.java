package org.moslora.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    @Test
    void everythingIsToldAtOnce() {
        Problems problems = new Problems();
        problems.add("recipe.yaml:3", "adapter.rank must be at least 1, got %d", 0);
        problems.collect(() -> {
            throw new InvalidInput("data.json", "is empty");
        });
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(InvalidInput.class)
                .hasMessage("recipe.yaml:3: adapter.rank must be at least 1, got 0\ndata.json: is empty");
    }

    @Test
    void whatIsReadComesBackAndWhatIsWrongIsKept() {
        Problems problems = new Problems();
        assertThat(problems.collect(() -> "read")).isEqualTo("read");
        assertThat(problems.isEmpty()).isTrue();
        assertThat(problems.<String>collect(() -> refuse("one"))).isNull();
        assertThat(problems.<String>collect(() -> refuse("two"), "before")).isEqualTo("before");
        Runnable check = () -> refuse("three");
        problems.collect(check);
        assertThat(problems.thrown().problems()).extracting(Problem::what).containsExactly("one", "two", "three");
    }

    private static String refuse(String what) {
        throw new InvalidInput("x", what);
    }

    @Test
    void nothingFoundThrowsNothing() {
        Problems problems = new Problems();
        problems.throwIfAny();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void aProblemIsOneLine() {
        assertThat(new Problem("a", "first\n  second").toString()).isEqualTo("a: first second");
    }

    @Test
    void aPercentSignWithoutValuesIsJustText() {
        Problems problems = new Problems();
        problems.add("x", "100 %");
        assertThat(problems.found()).containsExactly(new Problem("x", "100 %"));
    }

    @Test
    void nearestNames() {
        List<String> known = List.of("rank", "alpha", "learning_rate");
        assertThat(NearestName.hint("rnak", known)).isEqualTo(" (did you mean rank?)");
        assertThat(NearestName.hint("lerning_rate", known)).isEqualTo(" (did you mean learning_rate?)");
        assertThat(NearestName.hint("zzzzzz", known)).isEqualTo("; known: rank, alpha, learning_rate");
    }
}
