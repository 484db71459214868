package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class RecipeProblemsTest {
    @TempDir
    Path folder;

    Kitchen kitchen;

    @BeforeEach
    void open() {
        kitchen = Kitchen.in(folder);
    }

    @Test
    void everythingIsToldAtOnce() {
        String wrong = """
                pipeline: visual-instruction-tuning
                model: tiny-lava
                adapter:
                  rank: 0
                  dropout: 1.5
                  mixer_init: kaimng
                  layers: all
                training:
                  lerning_rate: 1e-4
                  batch_size: two
                  betas: [0.9, x]
                  max_steps: 3
                  epochs: 2
                data:
                  conversations: [talk.json, pictures]
                  template: [a]
                learning_rate: 3
                """;
        assertThat(kitchen.problems(Tuning.class, wrong))
                .containsExactly(
                        "recipe.yaml:17: learning_rate is not a setting (did you mean vision.learning_rate or"
                                + " projector.learning_rate or training.learning_rate?)",
                        "recipe.yaml:2: model names a folder that is not there: " + folder
                                + "/tiny-lava (did you mean tiny-llava?)",
                        "recipe.yaml: output is missing: the run folder",
                        "recipe.yaml:6: adapter.mixer_init must be one of kaiming, orthogonal, identity, got"
                                + " \"kaimng\" (did you mean kaiming?)",
                        "recipe.yaml:7: adapter.layers must be a range like 0-15, got \"all\"",
                        "recipe.yaml:4: adapter.rank must be at least 1, got 0",
                        "recipe.yaml:5: adapter.dropout must be in [0, 1), got 1.5",
                        "recipe.yaml:9: training.lerning_rate is not a setting (did you mean learning_rate?)",
                        "recipe.yaml:10: training.batch_size must be a whole number, got \"two\"",
                        "recipe.yaml:11: training.betas[1] must be a number, got \"x\"",
                        "recipe.yaml:12: training.max_steps and epochs exclude each other",
                        "recipe.yaml:15: data.conversations[1] must be a file, got " + folder + "/pictures",
                        "recipe.yaml:16: data.template must be a single value, got a list");
    }

    @Test
    void aGuardSpeaksWithTheJavaNameOrTheKey() {
        assertThat(kitchen.problems(Tuning.class, Kitchen.VALID, "training.batch_size=0"))
                .containsExactly("command line: training.batch_size must be at least 1, got 0");
    }

    @Test
    void missingBlocksAndTheirMeaning() {
        assertThat(kitchen.problems(Tuning.class, "pipeline: x\ndata: {images: pictures}\n"))
                .containsExactly(
                        "recipe.yaml: model is missing: a Hugging Face folder",
                        "recipe.yaml: output is missing: the run folder",
                        "recipe.yaml: adapter is missing",
                        "recipe.yaml:2: data.conversations is missing: the conversations");
    }

    @Test
    void blocksListsAndValuesAreNotMixedUp() {
        assertThat(kitchen.problems(
                        Tuning.class,
                        Kitchen.VALID,
                        "adapter=moslora",
                        "device={a: 1}",
                        "validation.prompts=[a, ~]",
                        "vision.adapter.rank_pattern=[]",
                        "data.images=''"))
                .containsExactly(
                        "command line: device must be a single value, got a mapping",
                        "command line: adapter must be a mapping, got \"moslora\"",
                        "command line: vision.adapter.rank_pattern must be a mapping, got a list",
                        "command line: data.images must name a file or folder, got \"\"",
                        "command line: validation.prompts[1] must be a single value, got nothing");
    }

    record Numbers(
            @Default("0") int i,
            @Default("0") long l,
            @Default("0") double d,
            @Default("no") boolean b) {}

    @Test
    void numbersThatAreNone() {
        assertThat(kitchen.problems(Numbers.class, "i: 3000000000\nl: 99999999999999999999\nd: 1e999\nb: 2"))
                .containsExactly(
                        "recipe.yaml:1: i must be between -2147483648 and 2147483647, got 3000000000",
                        "recipe.yaml:2: l must be between -9223372036854775808 and 9223372036854775807, got"
                                + " 99999999999999999999",
                        "recipe.yaml:3: d must be a number, got \"1e999\"",
                        "recipe.yaml:4: b must be true or false, got \"2\"");
        for (String text : List.of("010", "1.0", "1e3", "0x10", "٣", "1 000")) {
            assertThat(kitchen.problems(Numbers.class, "i: " + text))
                    .containsExactly("recipe.yaml:1: i must be a whole number, got \"" + text + '"');
        }
        for (String text : List.of(".nan", ".inf", "1d", "0x1p3", "NaN", ".", "e5", "1,5")) {
            assertThat(kitchen.problems(Numbers.class, "d: " + text))
                    .containsExactly("recipe.yaml:1: d must be a number, got \"" + text + '"');
        }
    }

    @Test
    void keysGivenTwiceAndOddKeys() {
        assertThat(kitchen.problems(Numbers.class, "i: 1\nd: 2\ni: 3\n? [a, b]\n: 1\nl: !!int 3\nb: !yes on\n"))
                .containsExactly(
                        "recipe.yaml:3: i is given twice, first at recipe.yaml:1",
                        "recipe.yaml:4: a key must be a word",
                        "recipe.yaml:7: the tag !yes means nothing in a recipe");
        assertThat(kitchen.problems(Tuning.class, Kitchen.VALID.replace("alpha:", "rank:")))
                .containsExactly("recipe.yaml:8: adapter.rank is given twice, first at recipe.yaml:7");
    }

    record Cross(
            @Default("10") int steps,
            @Default("0") int warmup,
            @Default("1") int other) {
        Cross {
            if (warmup >= steps) {
                throw new InvalidInput("warmup", "must be below steps, got " + warmup);
            }
            if (other == 0) {
                throw new InvalidInput("", "Something else is wrong");
            }
            if (other == 2) {
                throw new InvalidInput("data.json", "is empty");
            }
            if (other == 3) {
                throw new UnsupportedOperationException("a mistake in the program");
            }
        }
    }

    record Around(Cross cross) {}

    @Test
    void guardsAreNotAskedAboutWhatTheUserDidNotSay() {
        assertThat(kitchen.problems(Cross.class, "steps: 1OO\nwarmup: 50"))
                .as("50 is only too many for the default")
                .containsExactly("recipe.yaml:1: steps must be a whole number, got \"1OO\"");
        assertThat(kitchen.problems(Cross.class, "steps: 1OO\nother: 3")).hasSize(1);
        assertThat(kitchen.problems(Cross.class, "warmup: 50"))
                .containsExactly("recipe.yaml:1: warmup must be below steps, got 50");
    }

    @Test
    void guardsThatNameNoKey() {
        assertThat(kitchen.problems(Around.class, "\ncross: {other: 0}"))
                .containsExactly("recipe.yaml:2: cross: Something else is wrong");
        assertThat(kitchen.problems(Around.class, "cross: {other: 2}"))
                .containsExactly("recipe.yaml:1: data.json: is empty");
        assertThat(kitchen.problems(Cross.class, "other: 0")).containsExactly("recipe.yaml: Something else is wrong");
    }

    @Test
    void aMistakeInTheProgramIsNotBlamedOnTheUser() {
        assertThatIllegalStateException().isThrownBy(() -> kitchen.read(Cross.class, "other: 3"));
        assertThatIllegalStateException().isThrownBy(() -> kitchen.read(Odd.class, "a: 1"));
    }

    record Odd(@Nullable Thread a, @Default("{}") Map<String, String> b) {}
}
