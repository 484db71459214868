package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.testing.Trees;

/** The verbs on a trained tiny text model. */
class TextVerbsTest {
    private static final String RECIPE = """
            pipeline: instruction-tuning
            model: model
            output: run
            adapter: {kind: moslora, rank: 3, alpha: 6}
            data: {conversations: train.json}
            training: {learning_rate: 2.0e-2, max_steps: 12, batch_size: 4, seed: 3}
            """;

    @TempDir
    static Path folder;

    private static TinyLlama tiny;
    private static Path run;

    @BeforeAll
    static void train() {
        tiny = TinyLlama.write(folder, TinyOptions.standard().withSeed(4).withPictures(10, 4));
        TinyCase.write(folder.resolve("recipe.yaml"), RECIPE);
        run = folder.resolve("run");
        Program.Outcome outcome = Program.run("train", folder.resolve("recipe.yaml"), "--quiet");
        assertThat(outcome.mustSucceed().err()).isEmpty();
    }

    private static Program.Outcome evaluate(String name, Object... more) {
        Object[] common = {"evaluate", "--data", tiny.test(), "--out", folder.resolve(name + ".jsonl"), "--quiet"};
        return Program.run(Stream.concat(Stream.of(common), Stream.of(more)).toArray());
    }

    private static List<JsonObject> rows(String name) {
        return TinyCase.read(folder.resolve(name + ".jsonl"))
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private static void sameLosses(String actual, String expected) {
        for (int i = 0; i < 4; i++) {
            double loss = rows(expected).get(i).get("loss").getAsDouble();
            assertThat(rows(actual).get(i).get("loss").getAsDouble()).isCloseTo(loss, within(1e-5 * loss));
        }
    }

    @Test
    void inspectSaysWhatThingsAre() {
        assertThat(Program.run("inspect", tiny.model()).mustSucceed().out())
                .contains("model: llama, a text model", "layers: ", "lm_head: 28,672 parameters");
        assertThat(Program.run("inspect", run, "--model", tiny.model())
                        .mustSucceed()
                        .out())
                .contains("run: 12 steps", "moslora, rank 3, alpha 6", "binds: 10 of 10 layers");
    }

    @Test
    void aTaskIsScoredByItsWords() {
        Program.Outcome outcome = evaluate(
                "scored", "--model", tiny.model(), "--adapter", run, "--task", "boolq", "--max-new-tokens", "8");
        JsonObject summary =
                JsonParser.parseString(outcome.mustSucceed().out().strip()).getAsJsonObject();
        assertThat(summary.keySet()).containsExactly("conversations", "tokens", "loss", "accuracy");
        int right = 0;
        for (JsonObject row : rows("scored")) {
            String answer = row.getAsJsonArray("answers").get(0).getAsString();
            String expected = row.getAsJsonArray("expected").get(0).getAsString();
            boolean correct = row.getAsJsonArray("correct").get(0).getAsBoolean();
            int word = Math.max(answer.indexOf("true"), answer.indexOf("false"));
            assertThat(correct)
                    .isEqualTo(word >= 0
                            && expected.endsWith(answer.substring(word).split(" ")[0]));
            right += correct ? 1 : 0;
        }
        assertThat(summary.get("accuracy").getAsDouble()).isEqualTo(right / 4.0);
    }

    @Test
    void beamsAnswerToo() {
        Object[] asked = {"--model", tiny.model(), "--adapter", run, "--answers", "--max-new-tokens", "5"};
        evaluate("greedy", asked).mustSucceed();
        evaluate(
                        "one",
                        Stream.concat(Stream.of(asked), Stream.of("--beams", "1"))
                                .toArray())
                .mustSucceed();
        evaluate(
                        "four",
                        Stream.concat(Stream.of(asked), Stream.of("--beams", "4"))
                                .toArray())
                .mustSucceed();
        assertThat(rows("one")).isEqualTo(rows("greedy"));
        assertThat(rows("four"))
                .hasSize(4)
                .allSatisfy(row -> assertThat(row.getAsJsonArray("answers")).hasSize(1));
    }

    @Test
    void chatPrintsTheAnswerAndNothingElse() {
        Object[] asked = {"chat", "--model", tiny.model(), "--adapter", run, "--max-new-tokens", "5", "Is it red?"};
        Program.Outcome first = Program.run(asked).mustSucceed();
        assertThat(first.out().strip()).isNotEmpty();
        assertThat(Program.run(asked).out()).isEqualTo(first.out());
    }

    @Test
    void aMergedModelAndConvertedAdaptersScoreAsTheAdapterDoes() {
        evaluate("adapted", "--model", tiny.model(), "--adapter", run).mustSucceed();
        Path merged = folder.resolve("merged");
        Program.run("merge", "--model", tiny.model(), "--adapter", run, "--out", merged, "--quiet")
                .mustSucceed();
        evaluate("merged", "--model", merged).mustSucceed();
        sameLosses("merged", "adapted");
        Path peft = folder.resolve("peft");
        Program.run("convert", "--adapter", run, "--to", "peft", "--out", peft).mustSucceed();
        assertThat(TinyCase.read(peft.resolve("adapter_config.json"))).contains("\"model.layers.0.self_attn.q_proj\"");
        evaluate("peft", "--model", tiny.model(), "--adapter", peft).mustSucceed();
        sameLosses("peft", "adapted");
    }

    @Test
    void checkFindsNothingWrongWithWhatIsRight() {
        assertThat(Program.run("check", folder.resolve("recipe.yaml"), "output=" + folder.resolve("new"))
                        .mustSucceed()
                        .err())
                .contains("10 conversations, 0 findings", "nothing wrong");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--task piqa | conversation row 1: its answer is \"",
                "--task bolq | did you mean boolq?",
                "--beams 0 | --beams: must be at least 1",
                "--template llama3 | <|eot_id|>",
                "--adapter nowhere | nowhere"
            })
    void wrongInputEndsWithTwoAndALine(String options, String word) {
        Object[] more = Stream.concat(Stream.of("--model", tiny.model()), Stream.of((Object[]) options.split(" ")))
                .toArray();
        Program.Outcome outcome = evaluate("wrong", more);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.errors()).isNotEmpty();
        assertThat(outcome.err()).contains(word).doesNotContain("\tat ");
        assertThat(folder.resolve("wrong.jsonl")).doesNotExist();
    }

    @Test
    void anUnknownModelIsRefusedByItsType() {
        Path model = Trees.copy(tiny.model(), folder.resolve("gpt2"));
        TinyCase.write(model.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
        for (String verb : List.of("inspect", "chat")) {
            Program.Outcome outcome =
                    verb.equals("inspect") ? Program.run(verb, model) : Program.run(verb, "--model", model, "Hello");
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err()).contains("model_type is \"gpt2\"; this program knows llava, llava_next, ");
        }
    }

    @Test
    void aPictureIsRefusedByATextModel() {
        Program.Outcome outcome = Program.run(
                "chat", "--model", tiny.model(), "--adapter", run, "--image", folder.resolve("x.png"), "What is it?");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(1);
    }
}
