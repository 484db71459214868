package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.problems.InvalidInput;

/** Scores of conversations, and answers to them, of a model that says what a test has it say. */
class EvaluationTest {
    private static final AnswerOptions BOOLQ = new AnswerOptions(AnswerMatch.BOOLQ, 16, 1);

    @TempDir
    static Path folder;

    private static TuningBench bench;
    private static Path rows;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
        rows = bench.write("scored.json", """
                [{"id": "a", "conversations": [
                    {"from": "human", "value": "Is it red?"}, {"from": "gpt", "value": "the correct answer is true"},
                    {"from": "human", "value": "And round?"}, {"from": "gpt", "value": "false"}]},
                 {"id": "b", "conversations": [
                    {"from": "human", "value": "Is the red circle blue, or is it a triangle?"},
                    {"from": "gpt", "value": "false"}]},
                 {"id": "c", "conversations": [
                    {"from": "human", "value": "<"}, {"from": "gpt", "value": "true"}]}]
                """);
    }

    private static LoadedModel saying(String... answers) {
        Processor.Choice vicuna = Processor.Choice.of(ChatTemplate.VICUNA_V1, null, null, folder);
        return ScriptedModel.of(bench, vicuna, example -> example.encoded().id().charAt(0) - 'a' + 1, answers);
    }

    private static List<JsonObject> lines(Path out) throws IOException {
        return Files.readAllLines(out).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private static JsonObject summary(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    @Test
    void theLossOfAllIsAMeanOverTokensAndNotOverRows() throws IOException {
        Path out = folder.resolve("losses.jsonl");
        try (LoadedModel model = saying("true")) {
            JsonObject summary = summary(new Evaluation(model, true).run(List.of(rows), out, null));
            List<JsonObject> lines = lines(out);
            assertThat(lines).extracting(line -> line.get("id").getAsString()).containsExactly("a", "b", "c");
            assertThat(lines).extracting(line -> line.get("loss").getAsDouble()).containsExactly(1.0, 2.0, 3.0);
            int[] tokens = lines.stream()
                    .mapToInt(line -> line.get("tokens").getAsInt())
                    .toArray();
            int all = IntStream.of(tokens).sum();
            assertThat(summary.get("tokens").getAsInt()).isEqualTo(all);
            assertThat(summary.get("loss").getAsDouble())
                    .isCloseTo((tokens[0] + 2.0 * tokens[1] + 3.0 * tokens[2]) / all, within(1e-9));
            assertThat(summary.has("accuracy")).isFalse();
            assertThat(lines.get(0).has("answers")).isFalse();
        }
    }

    @Test
    void everyTurnIsAskedAndJudgedByTheTasksWords() throws IOException {
        Path out = folder.resolve("answers.jsonl");
        try (LoadedModel model = saying("true, it is", "I say true", "not false", "who knows")) {
            JsonObject summary = summary(new Evaluation(model, true).run(List.of(rows), out, BOOLQ));
            List<JsonObject> lines = lines(out);
            assertThat(lines.get(0).get("answers")).hasToString("[\"true, it is\",\"I say true\"]");
            assertThat(lines.get(0).get("expected")).hasToString("[\"the correct answer is true\",\"false\"]");
            assertThat(lines.get(0).get("correct")).hasToString("[true,false]");
            assertThat(lines.get(1).get("correct")).hasToString("[true]");
            assertThat(lines.get(2).get("correct")).hasToString("[false]");
            assertThat(summary.get("accuracy").getAsDouble()).isEqualTo(0.5);
        }
    }

    @Test
    void withoutATaskOnlyTheWholeAnswerIsRight() {
        try (LoadedModel model = saying(" false ", "false", "False", "true")) {
            AnswerOptions whole = AnswerOptions.greedily(16);
            String summary = new Evaluation(model, true).run(List.of(rows), folder.resolve("whole.jsonl"), whole);
            assertThat(summary(summary).get("accuracy").getAsDouble()).isEqualTo(0.5);
        }
    }

    @Test
    void anAnswerHasNoMoreTokensThanAreAsked() throws IOException {
        Path out = folder.resolve("cut.jsonl");
        try (LoadedModel model = saying("the correct answer is true")) {
            new Evaluation(model, true).run(List.of(rows), out, AnswerOptions.greedily(3));
            assertThat(lines(out).get(1).get("answers").getAsJsonArray().get(0).getAsString())
                    .satisfies(said -> assertThat("the correct answer is true").startsWith(said))
                    .satisfies(said -> assertThat(model.processor().tokenizer().encode(said))
                            .hasSize(3));
        }
    }

    /** Passes come as they are done, from whoever did them. */
    @Test
    void aCrewLeavesTheSameFileInWhateverOrderItScores() throws IOException {
        Path alone = folder.resolve("alone.jsonl");
        Path crewed = folder.resolve("crewed.jsonl");
        Path many = bench.write("many.json", many());
        AnswerOptions asking = AnswerOptions.greedily(4);
        try (LoadedModel model = saying("true")) {
            Evaluation evaluation = new Evaluation(model, true);
            String summary = evaluation.run(List.of(many), alone, asking);
            String again = evaluation.run(List.of(many), crewed, asking, (passes, done) -> {
                assertThat(passes).isGreaterThan(1);
                for (int pass = passes - 1; pass >= 0; pass--) {
                    Evaluation.Session session = evaluation.session(List.of(many), asking);
                    done.accept(pass, session.scored(pass));
                }
            });
            assertThat(again).isEqualTo(summary);
            assertThat(crewed).hasSameBinaryContentAs(alone);
        }
    }

    private static String many() {
        return IntStream.range(0, 12)
                .mapToObj(i -> """
                        {"id": "%s", "conversations": [{"from": "human", "value": "%s"}, {"from": "gpt", "value": "true"}]}
                        """.formatted((char) ('a' + i), "q".repeat(70 * (1 + i * 7 % 12))))
                .toList()
                .toString();
    }

    @Test
    void anotherTasksRowsAreAllRefusedBeforeAnyIsScored() {
        Path out = folder.resolve("foreign.jsonl");
        AnswerOptions piqa = new AnswerOptions(AnswerMatch.PIQA, 4, 1);
        try (LoadedModel model = saying("true")) {
            assertThatThrownBy(() -> new Evaluation(model, true).run(List.of(rows), out, piqa))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll("conversation a", "conversation b", "conversation c", "piqa");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void whatIsLongerThanTheModelTakesIsRefusedByName() {
        Path out = folder.resolve("endless.jsonl");
        Path endless = bench.write("endless.json", """
                [{"id": "fits", "conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]},
                 {"id": "endless", "conversations": [{"from": "human", "value": "%s"}, {"from": "gpt", "value": "A"}]}]
                """.formatted("q".repeat(20_000)));
        try (LoadedModel model = saying("true")) {
            assertThatThrownBy(() -> new Evaluation(model, true).run(List.of(endless), out, null))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("endless")
                    .hasMessageContaining("max_position_embeddings")
                    .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("fits"));
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void itsOwnFilesAreKnownAgain() throws IOException {
        Path out = folder.resolve("known.jsonl");
        try (LoadedModel model = saying("true")) {
            new Evaluation(model, true).run(List.of(rows), out, null);
        }
        assertThat(Evaluation.isOwnFile(out)).isTrue();
        assertThat(Evaluation.isOwnFile(rows)).isFalse();
        assertThat(Evaluation.isOwnFile(folder.resolve("nowhere"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n", "no json", "[1]", "7", "{\"id\": \"a\", \"loss\": 1}", "{\"id\": \"a\"", "\u0000\u0001"
            })
    void whatSomebodyElseWroteIsNotTakenForOne(String text) throws IOException {
        Path file = Files.write(folder.resolve("other"), text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Evaluation.isOwnFile(file)).isFalse();
    }
}
