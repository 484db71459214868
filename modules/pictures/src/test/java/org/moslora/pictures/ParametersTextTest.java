package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ParametersTextTest {
    private static final Pattern WEB_UI = Pattern.compile(
            "\\s*(\\w[\\w \\-/]+):\\s*(\"(?:\\\\.|[^\\\\\"])+\"|[^,]*)(?:,|$)", Pattern.UNICODE_CHARACTER_CLASS);

    @Test
    void readsWhatTheWebUiWrites() {
        ParametersText read = ParametersText.parse("a photo of sks dog in the snow\nsecond line\n"
                + "Negative prompt: blurry, lowres\nmore\n"
                + "Steps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 965400086, Size: 512x512,"
                + " Model hash: 45dee52b, Model: v1-5, Lora hashes: \"sks: 0123456789ab, b: 1\", Version: v1.9.4");
        assertThat(read.prompt()).isEqualTo("a photo of sks dog in the snow\nsecond line");
        assertThat(read.negative()).isEqualTo("blurry, lowres\nmore");
        assertThat(read.fields())
                .hasSize(10)
                .containsEntry("Sampler", "Euler a")
                .containsEntry("Lora hashes", "sks: 0123456789ab, b: 1")
                .containsEntry("Version", "v1.9.4");
    }

    @Test
    void aLineOfFewFieldsIsPrompt() {
        ParametersText read = ParametersText.parse("a cat\nSteps: no, more: two");
        assertThat(read.prompt()).isEqualTo("a cat\nSteps: no, more: two");
        assertThat(read.fields()).isEmpty();
        assertThat(ParametersText.parse("")).isEqualTo(new ParametersText("", "", Map.of()));
        assertThat(ParametersText.parse("Steps: 1, Seed: 2, Size: 8x8").prompt())
                .isEmpty();
    }

    @Test
    void quotesOnlyWhatNeedsIt() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Steps", "20");
        fields.put("Model", "a, b: \"c\"\\ é\n");
        fields.put("Name", "\"quoted\"");
        fields.put("Path", "a/b c");
        String text = new ParametersText("cat", "", fields).text();
        assertThat(text)
                .isEqualTo(
                        "cat\nSteps: 20, Model: \"a, b: \\\"c\\\"\\\\ é\\n\", Name: \"\\\"quoted\\\"\", Path: a/b c");
        assertThat(ParametersText.parse(text).fields()).isEqualTo(fields);
    }

    /** Against the expression itself, on lines short enough for it; {@code -Dtests.seed=N} repeats one sequence. */
    @Test
    void findsTheFieldsThatTheExpressionFinds() {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        String letters = "aB1_ -/:,\"\\.é\u00a0\t猫";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                line.append(letters.charAt(random.nextInt(letters.length())));
            }
            Matcher matcher = WEB_UI.matcher(line);
            Map<String, String> expected = new LinkedHashMap<>();
            int count = 0;
            while (matcher.find()) {
                expected.put(matcher.group(1), Quoted.unquote(matcher.group(2)));
                count++;
            }
            assertThat(ParametersLine.fields(line.toString()))
                    .as("tests.seed=%d: %s", seed, line)
                    .isEqualTo(count < ParametersLine.LEAST_FIELDS ? Map.of() : expected);
        }
    }

    @Test
    void longValuesDoNotOverflowTheStack() {
        String value = "a\"".repeat(200_000) + ",";
        Map<String, String> fields = Map.of("One", value);
        String text = new ParametersText("x", "", fields).text() + ", Two: 2, Three: 3";
        assertThat(ParametersText.parse(text).fields())
                .containsEntry("One", value)
                .hasSize(3);
        assertThat(ParametersText.parse("a ".repeat(500_000)).fields()).isEmpty();
    }
}
