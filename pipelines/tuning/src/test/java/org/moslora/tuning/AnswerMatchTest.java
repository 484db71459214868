package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.problems.InvalidInput;

/** Scoring by the rules of extract_answer in LLM-Adapters' commonsense_evaluate.py. */
class AnswerMatchTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boolq | the correct answer is true | true",
                "boolq | false, since it is not true | false",
                "boolq | untrue | true",
                "boolq | True | ''",
                "boolq | '' | ''",
                "piqa | the correct answer is solution2 | solution2",
                "piqa | solution3 | ''",
                "piqa | solution12 | solution1",
                "social_i_qa | answer3 or answer1 | answer3",
                "ARC-Easy | answer5 | answer5",
                "ARC-Challenge | the correct answer is answer4. | answer4",
                "openbookqa | answer6 | ''",
                "hellaswag | ending4ending1 | ending4",
                "hellaswag | ending5 | ''",
                "winogrande | option2 | option2",
                "winogrande | option3, option1 | option1",
                "vqa | ' a red ball ' | a red ball"
            })
    void theFirstOfTheTasksWordsIsWhatAnAnswerSays(String task, String answer, String said) {
        assertThat(AnswerMatch.named("--task", task).said(answer)).isEqualTo(said);
    }

    private static Conversation row(@Nullable String label) {
        return new Conversation(
                "r", List.of(new Turn(Role.USER, "Q"), new Turn(Role.ASSISTANT, "A")), List.of(), null, label);
    }

    @Test
    void aRowsAnswerIsRightElseWhatItsOutputSays() {
        assertThat(AnswerMatch.BOOLQ.right(row("false"), "the correct answer is true"))
                .isEqualTo("false");
        assertThat(AnswerMatch.BOOLQ.right(row(null), "the correct answer is true"))
                .isEqualTo("true");
        assertThat(AnswerMatch.VQA.right(row("false"), " A ball. ")).isEqualTo("A ball.");
    }

    @Test
    void anotherTasksRowsAreRefused() {
        assertThatThrownBy(() -> AnswerMatch.PIQA.right(row("true"), "the correct answer is true"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(
                        "conversation r: its answer is \"true\", and task piqa knows solution1, solution2");
        assertThatThrownBy(() -> AnswerMatch.PIQA.right(row(null), "yes")).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> AnswerMatch.named("--task", "arc"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("no task \"arc\"");
    }
}
