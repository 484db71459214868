package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.training.Metrics;

/** Trials are ordinary runs: what the table says comes out again when their commands are given by hand. */
final class CompareVerbTest {
    private static final String BLOCK = """
            compare:
              kinds: [lora, moslora]
              variants: {zero: {adapter.mixer_init: zero}}
              may_be_refused: [zero]
              learning_rates: [2.0e-2]
              seeds: [4]
              metric: loss
              test: [test.json]
            """;

    @TempDir
    Path folder;

    @Test
    void aRowCanBeRepeatedByHand() throws Exception {
        TinyCase tiny = TinyCase.in(folder);
        Path recipe = tiny.path("compare.yaml");
        TinyCase.write(recipe, TinyCase.read(tiny.recipe()).replace("output: run", "output: compared") + BLOCK);
        Program.run("compare", recipe, "training.max_steps=3", "--threads", 1, "--quiet")
                .mustSucceed();
        JsonObject report = JsonParser.parseString(TinyCase.read(tiny.path("compared/comparison.json")))
                .getAsJsonObject();
        JsonArray rows = report.getAsJsonArray("rows");
        assertThat(rows).hasSize(3);
        assertThat(rows.get(2).getAsJsonObject().get("refused").getAsString()).contains("mixer_init");
        String name = "moslora-lr2e-2-s4";
        JsonObject trial = JsonParser.parseString(TinyCase.read(tiny.path("compared/trials/" + name + ".json")))
                .getAsJsonObject();
        List<Object> words = new ArrayList<>();
        trial.getAsJsonArray("command").forEach(word -> words.add(word.getAsString()));
        Path again = tiny.path("again");
        words.add("output=" + again);
        Program.run(words.toArray()).mustSucceed();
        assertThat(losses(again)).isEqualTo(losses(tiny.path("compared/trials/" + name)));
        Program.Outcome scored = Program.run(
                        "evaluate",
                        "--model",
                        tiny.llava().model(),
                        "--adapter",
                        again,
                        "--data",
                        tiny.llava().test(),
                        "--images",
                        tiny.llava().images(),
                        "--out",
                        tiny.path("scores.jsonl"),
                        "--threads",
                        1,
                        "--quiet")
                .mustSucceed();
        double loss = JsonParser.parseString(scored.out())
                .getAsJsonObject()
                .get("loss")
                .getAsDouble();
        assertThat(loss)
                .isEqualTo(trial.getAsJsonObject("test")
                        .getAsJsonObject("values")
                        .get("LOSS")
                        .getAsDouble());
        assertThat(loss)
                .isEqualTo(rows.get(1).getAsJsonObject().get("test_mean").getAsDouble());
        assertThat(trial.get("parameters").getAsLong()).isPositive();
        assertThat(trial.get("peakBytes").getAsLong()).isGreaterThan(1 << 20);
    }

    private static List<Double> losses(Path run) {
        return Metrics.rows(run.resolve("metrics.jsonl")).stream()
                .map(step -> step.get("loss").getAsDouble())
                .toList();
    }

    @Test
    void whatIsWrongIsToldBeforeAnythingIsTrained() throws Exception {
        TinyCase tiny = TinyCase.in(folder);
        Path recipe = tiny.path("compare.yaml");
        TinyCase.write(
                recipe,
                TinyCase.read(tiny.recipe()).replace("output: run", "output: compared")
                        + BLOCK.replace("test.json", "tset.json").replace("[4]", "[3, 3]"));
        Program.Outcome refused = Program.run("compare", recipe, "adapter.rank=0", "--threads", 1);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors())
                .anyMatch(line -> line.contains("compare.test") && line.contains("did you mean test.json"))
                .anyMatch(line -> line.contains("compare.seeds has the same value twice"))
                .anyMatch(line -> line.contains("adapter.rank must be at least 1"));
        assertThat(Files.exists(tiny.path("compared"))).isFalse();
    }
}
