package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.text.ChatTemplate;

/** What rows say besides their turns, seen in what the verbs do: losses, refusals, and how much of them is printed. */
class RowsVerbsTest {
    private static final String RECIPE = """
            pipeline: instruction-tuning
            model: model
            output: run
            adapter: {kind: lora, rank: 2, alpha: 4}
            data: {conversations: %s, template: %s}
            training: {max_steps: 1}
            """;

    @TempDir
    static Path folder;

    private static TinyLlama tiny;

    @BeforeAll
    static void write() {
        tiny = TinyLlama.write(
                folder, TinyOptions.standard().withSeed(4).withPictures(4, 4).withTemplate(ChatTemplate.CHATML));
    }

    /** Rows are written with single quotes. */
    private static Path data(String name, String... rows) {
        Path file = folder.resolve(name + ".json");
        TinyCase.write(file, "[" + String.join(",\n", rows).replace('\'', '"') + "]");
        return file;
    }

    private static Program.Outcome evaluate(Path data, Object template) {
        Path out = folder.resolve(data.getFileName() + ".scores");
        return Program.run(
                "evaluate",
                "--model",
                tiny.model(),
                "--data",
                data,
                "--out",
                out,
                "--template",
                template,
                "--answers",
                "--max-new-tokens",
                "2");
    }

    private static List<JsonObject> scores(Path data, String template) {
        evaluate(data, template).mustSucceed();
        return TinyCase.read(folder.resolve(data.getFileName() + ".scores"))
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private static String rounds(String weight) {
        return "{'messages': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'first'" + weight
                + "}, {'role': 'user', 'content': 'R'}, {'role': 'assistant', 'content': 'second'}]}";
    }

    private static int tokens(JsonObject row) {
        return row.get("tokens").getAsInt();
    }

    @Test
    void anAnswerOfWeightZeroCarriesNoLossAndIsAskedForAllTheSame() {
        List<JsonObject> rows = scores(
                data(
                        "weights",
                        rounds(""),
                        rounds(", 'weight': 1"),
                        rounds(", 'weight': 0"),
                        "{'messages': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'first'}]}"),
                "chatml");

        assertThat(tokens(rows.get(1))).isEqualTo(tokens(rows.get(0)));
        assertThat(tokens(rows.get(2))).isEqualTo(tokens(rows.get(0)) - tokens(rows.get(3)));
        double all = rows.get(0).get("loss").getAsDouble() * tokens(rows.get(0));
        double first = rows.get(3).get("loss").getAsDouble() * tokens(rows.get(3));
        double second = rows.get(2).get("loss").getAsDouble() * tokens(rows.get(2));
        assertThat(first + second).isCloseTo(all, within(1e-3));
        assertThat(rows.get(2).getAsJsonArray("answers")).hasSize(2);
    }

    @Test
    void historySystemAndToolsAreReadByTheModel() {
        String row = "{'instruction': 'I', 'output': 'O'%s}";
        Path data = data(
                "fields",
                String.format(row, ""),
                String.format(row, ", 'system': 'Be brief.'"),
                String.format(row, ", 'tools': [{'name': 'f'}]"),
                String.format(row, ", 'history': [['Q', 'A']]"));
        List<JsonObject> rows = scores(data, "chatml");

        assertThat(rows.stream().map(one -> one.get("loss").getAsDouble()).distinct())
                .hasSize(4);
        assertThat(tokens(rows.get(3))).isGreaterThan(tokens(rows.get(0)));
        assertThat(tokens(rows.get(1))).isEqualTo(tokens(rows.get(0)));
        assertThat(tokens(rows.get(2))).isEqualTo(tokens(rows.get(0)));
    }

    @Test
    void toolsWithoutAPlaceAreRefusedByEveryVerb() {
        Path data = data("tools", "{'instruction': 'I', 'output': 'O', 'tools': [{'name': 'f'}]}");
        Path recipe = folder.resolve("tools.yaml");
        TinyCase.write(recipe, String.format(RECIPE, data, "vicuna_v1"));

        for (Program.Outcome outcome : List.of(
                evaluate(data, "vicuna_v1"), Program.run("train", recipe, "--quiet"), Program.run("check", recipe))) {
            assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
            assertThat(outcome.errors())
                    .singleElement()
                    .asString()
                    .contains(
                            "has tools, for which template vicuna_v1 has no place; llama3, chatml and qwen2_vl have one");
        }
    }

    @Test
    void anEmptyAnswerIsScoredAndNotLearnt() {
        Path data = data("mute", "{'id': 'm', 'instruction': 'I', 'output': ''}");
        Path recipe = folder.resolve("mute.yaml");
        TinyCase.write(recipe, String.format(RECIPE, data, "chatml"));

        JsonObject row = scores(data, "chatml").get(0);
        assertThat(tokens(row)).isEqualTo(1);
        assertThat(row.getAsJsonArray("expected").get(0).getAsString()).isEmpty();
        assertThat(row.getAsJsonArray("answers")).hasSize(1);
        for (Program.Outcome outcome : List.of(
                Program.run("train", recipe), Program.run("check", recipe), Program.run("check", "--data", data))) {
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err()).contains("conversation m: the output is empty");
        }
    }

    @Test
    void thousandsOfBadRowsAreTenLinesAndACount() {
        String preferences = "{'prompt': 'P', 'chosen': 'A', 'rejected': 'B'}";
        String mute = "{'instruction': 'I', 'output': ''}";
        Path data = data(
                "many",
                IntStream.range(0, 20_000)
                        .mapToObj(i -> i % 2 == 0 ? preferences : mute)
                        .collect(Collectors.joining(",\n")));
        Path report = folder.resolve("report.json");
        Path recipe = folder.resolve("many.yaml");
        TinyCase.write(recipe, String.format(RECIPE, data, "chatml"));

        Program.Outcome checked = Program.run("check", "--data", data, "--report", report);
        for (Program.Outcome outcome : List.of(
                checked, Program.run("check", recipe), Program.run("train", recipe), evaluate(data, "chatml"))) {
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err()).contains("row-preference: and 9,990 more of this kind");
            assertThat(outcome.errors()).hasSizeLessThanOrEqualTo(22);
            assertThat(outcome.err().length()).isLessThan(10_000);
        }
        JsonArray all = JsonParser.parseString(TinyCase.read(report)).getAsJsonArray();
        assertThat(all).hasSize(20_000);
    }
}
