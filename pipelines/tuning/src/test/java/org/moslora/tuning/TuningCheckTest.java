package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.Trees;
import org.moslora.training.RunFolder;

/** A check tells all that a training would refuse, and what it would take, and trains nothing. */
class TuningCheckTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
    }

    private static HeardTuning check(@Nullable Path report, String... overrides) {
        HeardTuning heard = new HeardTuning();
        TuningCheck.run(bench.bound(overrides).recipe(), false, report, heard);
        return heard;
    }

    @Test
    void whatIsRightIsToldToBeAndLeavesNothingBehind() {
        HeardTuning heard = check(null);
        assertThat(heard.told).last().isEqualTo("nothing wrong");
        assertThat(heard.told).contains("10 conversations, 0 findings");
        assertThat(folder.resolve("looked-at")).doesNotExist();
    }

    @Test
    void everythingIsToldAtOnce() throws IOException {
        Files.createDirectories(folder.resolve("used"));
        Files.writeString(folder.resolve("used/recipe.yaml"), "");
        bench.write("broken.json", "[{\"id\": \"bad\", \"conversations\": []}]");
        assertThatThrownBy(() -> check(
                        null,
                        "output=" + new RunFolder(folder.resolve("used")).path(),
                        "device=cuda:77",
                        "adapter={targets: [q_prjo], init_from: " + folder.resolve("images") + "}",
                        "data={conversations: broken.json, template: vicuna_v1}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("cuda:77", "q_prjo", "conversation bad", "holds a run already")
                .hasMessageContaining(folder.resolve("images").toString());
    }

    /** Which a training refuses, so that a check must not call it right. */
    @ParameterizedTest
    @ValueSource(strings = {"0.01", "0.97"})
    void aShareThatLeavesNothingOnOneSideIsWrong(String fraction) {
        assertThatThrownBy(() -> bench.train("split", "validation.fraction=" + fraction))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("leaves one side empty");
        assertThatThrownBy(() -> check(null, "validation.fraction=" + fraction))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("leaves one side empty");
    }

    /** As many as the training then takes: by weights of sets, by what is held back, in steps of any size. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training={epochs: 1, batch_size: 3} | data={conversations: train.json}",
                "training={epochs: 2.5, batch_size: 2, gradient_accumulation: 2} | data={conversations: train.json}",
                "training={epochs: 1, batch_size: 7} | validation={fraction: 0.25}",
                "training={epochs: 1, batch_size: 2} | data={conversations: train.json, weight: 3}",
                "training={epochs: 1, batch_size: 1} | data={conversations: train.json, weight: 0.5}",
                "training={max_steps: 4} | data={conversations: train.json, weight: 3}"
            })
    void itsStepsAreThoseThatATrainingTakes(String training, String other) {
        int[] steps = new int[1];
        bench.setUp(
                trainee -> steps[0] = trainee.recipe.training().steps(trainee.plan.stepsPerEpoch()), training, other);
        HeardTuning heard = check(null, training, other);
        assertThat(heard.estimates)
                .singleElement()
                .satisfies(estimate -> assertThat(estimate.steps()).isEqualTo(steps[0]));
    }

    @Test
    void itsMemoryIsWhatATrainingTells() {
        HeardTuning checked = check(null);
        HeardTuning trained = new HeardTuning();
        bench.train("told", trained, "training.max_steps=1");
        assertThat(memory(checked)).isEqualTo(memory(trained)).isNotEmpty();
    }

    private static String memory(HeardTuning heard) {
        return heard.told.stream()
                .filter(line -> line.startsWith("memory"))
                .map(line -> line.split(";", -1)[0])
                .reduce("", String::concat);
    }

    @Test
    void numbersThatAreNoneAreFoundInWeightsWhereThatIsAsked() throws IOException {
        Path spoilt = folder.resolve("spoilt");
        Trees.copy(bench.model(), spoilt);
        Path file = spoilt.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] = 0x7f; // the last number, little-endian
        bytes[bytes.length - 2] = (byte) 0xc0;
        Files.write(file, bytes);
        assertThat(check(null, "model=" + spoilt).told).contains("nothing wrong");
        assertThatThrownBy(
                        () -> TuningCheck.run(bench.bound("model=" + spoilt).recipe(), true, null, new HeardTuning()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("model.safetensors");
    }

    @Test
    void theReportHoldsEveryFindingAndATableOfTokens() throws IOException {
        bench.write("mixed.json", """
                [{"id": "good", "conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]},
                 {"id": "bad", "conversations": []}, {"id": "worse", "conversations": 7}]
                """);
        Path report = folder.resolve("report.json");
        assertThatThrownBy(() -> check(report, "data={conversations: mixed.json, template: vicuna_v1}"))
                .isInstanceOf(InvalidInput.class);
        JsonArray findings = JsonParser.parseString(Files.readString(report)).getAsJsonArray();
        assertThat(findings)
                .extracting(each -> each.getAsJsonObject().get("id").getAsString())
                .containsExactlyInAnyOrder("bad", "worse");
        List<String> lines = Files.readAllLines(folder.resolve("report-tokens.jsonl"));
        assertThat(lines).hasSize(1);
        JsonObject row = JsonParser.parseString(lines.get(0)).getAsJsonObject();
        assertThat(row.get("id").getAsString()).isEqualTo("good");
        assertThat(row.get("pictures").getAsInt()).isZero();
        assertThat(row.get("tokens").getAsInt()).isPositive();
    }

    @Test
    void aReportThatCannotBeWrittenIsAProblemOfItsOwn() {
        Path nowhere = folder.resolve("no/such/report.json");
        assertThatThrownBy(() -> check(nowhere))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(nowhere + ": cannot be written")
                .hasMessageContaining(
                        nowhere.resolveSibling("report-tokens.jsonl").toString());
    }

    @Test
    void aFinishedRunCanBeCheckedForAnother() {
        RunFolder run = bench.train("finished", "training.max_steps=1");
        assertThat(check(null, "adapter.init_from=" + run.path()).told).contains("nothing wrong");
    }
}
