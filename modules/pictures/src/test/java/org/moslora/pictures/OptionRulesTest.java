package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

/** What options may be, at the edges of their rules, whether a text or JSON says it; and which of two that say it counts. */
final class OptionRulesTest {
    @TempDir
    private Path folder;

    private static Option<?> option(String name) {
        return Option.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "seed, 0, true",
        "seed, 9223372036854775807, true",
        "seed, 9223372036854775808, false",
        "seed, -1, false",
        "seed, 1e3, true",
        "seed, 1.5, false",
        "seed, 1e-3, false",
        "images, 0, false",
        "images, 1000000, true",
        "images, 1000001, false",
        "steps, 1, true",
        "steps, 0, false",
        "steps, 100000, true",
        "steps, 1e6, false",
        "guidance, 0, true",
        "guidance, 1000, true",
        "guidance, 1000.01, false",
        "guidance, -0.01, false",
        "true-guidance, 2.5, true",
        "width, 8, true",
        "width, 0, false",
        "width, 12, false",
        "width, 16384, true",
        "width, 16392, false",
        "height, -8, false",
        "strength, 1, true",
        "strength, 0, false",
        "strength, 1e-300, true",
        "strength, 1.0000001, false",
        "clip-skip, 0, true",
        "clip-skip, 101, false",
        "text-length, 0, false"
    })
    void numbersAreWithinTheirRule(String name, String value, boolean allowed) {
        Option<?> option = option(name);
        if (allowed) {
            assertThat(option.parse("x", value)).isEqualTo(option.parse("x", JsonParser.parseString(value)));
            return;
        }
        for (Runnable parse : List.<Runnable>of(
                () -> option.parse("row 3", value), () -> option.parse("row 3", JsonParser.parseString(value)))) {
            assertThatThrownBy(parse::run)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll("row 3", name + " must be", value);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed | \"7\"",
                "seed | true",
                "seed | [7]",
                "guidance | \"7.5\"",
                "guidance | {}",
                "negative | 3",
                "negative | [\"a\"]",
                "scheduler | false",
                "image | 1",
                "image | \"\"",
                "adapters | 5",
                "adapters | [[\"a\"]]",
                "adapters | {\"a\": 1}",
                "adapters | [\"\"]"
            })
    void jsonOfAnotherKindIsRefusedByName(String name, String json) {
        JsonObject row = JsonParser.parseString("{\"prompt\": \"x\", \"" + name + "\": " + json + "}")
                .getAsJsonObject();
        assertThatThrownBy(() -> PictureRequest.of("p.jsonl:4", row))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("p.jsonl:4")
                .hasMessageContaining(name + " must be");
    }

    @Test
    void numbersThatWouldFillTheMemoryAreNone() {
        for (String huge : List.of("1e999999999", "1e-999999999", "9".repeat(100_000), "0x10", "NaN", "1_000", "")) {
            assertThatThrownBy(() -> Option.SEED.parse("", huge)).isInstanceOf(InvalidInput.class);
            assertThatThrownBy(() -> Option.GUIDANCE.parse("", huge)).isInstanceOf(InvalidInput.class);
        }
    }

    @Test
    void whatIsSaidNearerCountsAndNothingIsChangedByAsking() {
        Options far = Options.NONE.with(Option.SEED, 1L).with(Option.STEPS, 20L);
        Options near = Options.NONE.with(Option.SEED, 2L).with(Option.NEGATIVE, "n");
        Options both = near.over(far);
        assertThat(both.get(Option.SEED)).contains(2L);
        assertThat(both.get(Option.STEPS)).contains(20L);
        assertThat(both.get(Option.NEGATIVE)).contains("n");
        assertThat(near.get(Option.STEPS)).isEmpty();
        assertThat(far.over(far)).isEqualTo(far);
        assertThat(near.over(Options.NONE)).isEqualTo(near).isEqualTo(Options.NONE.over(near));
        assertThat(both.without(Option.NEGATIVE).with(Option.SEED, 1L)).isEqualTo(far);
    }

    /** A text on a command line may name a file by mistake; whoever asks over a network is told nothing of files. */
    @Test
    void onlyACommandLineIsToldThatAFileIsThere() throws IOException {
        String there = Files.writeString(folder.resolve("cat"), "x").toString();
        assertThatThrownBy(() -> AdapterUse.parse("--adapter", there + ":O.8"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(there + ":0.8");
        assertThat(AdapterUse.named("adapter", there + ":O.8")).isEqualTo(new AdapterUse(there + ":O.8", 1));
        assertThat(AdapterUse.named("adapter", there + ":0.8")).isEqualTo(new AdapterUse(there, 0.8));
        assertThat(new AdapterUse(there + ":O.8", 1))
                .as("and how it is written")
                .hasToString(there + ":O.8");
    }

    @Test
    void anAdaptersTextComesBack() {
        for (double scale : new double[] {1, 0, -0.5, 1e-9, 1.0 / 3, 123456}) {
            for (String path : List.of("a", "a:b", "a:1", "a b", "C:\\x", "a,b")) {
                AdapterUse use = new AdapterUse(path, scale);
                assertThat(AdapterUse.named("", use.toString())).isEqualTo(use);
            }
        }
    }
}
