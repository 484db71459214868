package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.quickstart.outcome.AnsweredQuestion;
import org.moslora.quickstart.outcome.TopicScore;

final class GradingTest {
    private static final String ROWS = """
            [
            {"id": "a", "image": "a.png", "topics": ["count", "at"], "conversations": [
              {"from": "human", "value": "<image>\\nHow many?"}, {"from": "gpt", "value": "two"},
              {"from": "human", "value": "What is at the top?"}, {"from": "gpt", "value": "cat"}]},
            {"id": "b", "image": "b.png", "topics": ["count"], "conversations": [
              {"from": "human", "value": "<image>\\nHow many?"}, {"from": "gpt", "value": "two"}]},
            {"id": "c", "image": "c.png", "topics": ["count"], "conversations": [
              {"from": "human", "value": "<image>\\nHow many?"}, {"from": "gpt", "value": "one"}]}
            ]
            """;
    private static final String BEFORE = """
            {"id": "a", "answers": ["two", "dog"], "expected": ["two", "cat"], "correct": [true, false]}
            {"id": "b", "answers": ["red"], "expected": ["two"], "correct": [false]}
            {"id": "c", "answers": ["red"], "expected": ["one"], "correct": [false]}
            """;
    private static final String AFTER = """
            {"id": "a", "answers": ["two", "cat"], "expected": ["two", "cat"], "correct": [true, true]}
            {"id": "b", "answers": ["four"], "expected": ["two"], "correct": [false]}
            {"id": "c", "answers": ["one"], "expected": ["one"], "correct": [true]}
            """;

    @TempDir
    Path folder;

    private Grading marking() throws Exception {
        Path rows = Files.writeString(folder.resolve("rows.json"), ROWS);
        Path before = Files.writeString(folder.resolve("before.jsonl"), BEFORE);
        Path after = Files.writeString(folder.resolve("after.jsonl"), AFTER);
        return new Grading(GradedTurn.read(rows, before), GradedTurn.read(rows, after));
    }

    @Test
    void scoresGoByType() throws Exception {
        assertThat(marking().scores().topics())
                .containsExactly(new TopicScore("at", 1, "cat", 1, 0, 1), new TopicScore("count", 3, "two", 2, 1, 2));
        TopicScore all = marking().scores().all();
        assertThat(all).isEqualTo(new TopicScore("all", 4, "each type's own", 3, 1, 3));
        assertThat(all.share(all.after())).isEqualTo(0.75);
    }

    @Test
    void examplesShowFirstWhatWasLearntThenWhatWasNot() throws Exception {
        Path images = Path.of("images");
        assertThat(marking().examples(images, 2))
                .containsExactly(
                        new AnsweredQuestion(images.resolve("a.png"), "What is at the top?", "cat", "dog", "cat"),
                        new AnsweredQuestion(images.resolve("c.png"), "How many?", "one", "red", "one"),
                        new AnsweredQuestion(images.resolve("b.png"), "How many?", "two", "red", "four"));
    }

    @Test
    void scoresOfOtherRowsAreNoScores() throws Exception {
        Path rows = Files.writeString(folder.resolve("rows.json"), ROWS);
        Path scores = Files.writeString(
                folder.resolve("scores.jsonl"), BEFORE.lines().findFirst().orElseThrow());
        assertThatThrownBy(() -> GradedTurn.read(rows, scores))
                .hasMessageContaining("has 1 rows")
                .hasMessageContaining("3");
    }

    @Test
    void anAnswerIsRightToTheLetter() throws Exception {
        List<AnsweredQuestion> examples = marking().examples(Path.of("images"), 1);
        assertThat(examples.get(0).isRight(examples.get(0).after())).isTrue();
        assertThat(examples.get(0).isRight(examples.get(0).before())).isFalse();
    }
}
