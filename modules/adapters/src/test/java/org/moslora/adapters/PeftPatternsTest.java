package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** {@code rank_pattern} and {@code alpha_pattern} by layer: the numbers that get_pattern_key of PEFT 0.21.2 finds. */
class PeftPatternsTest {
    private static final List<String> PATHS = List.of(
            "unet.to_q",
            "unet.deep.to_q",
            "unet.a.b.attn1.to_q",
            "unet.a.b.attn2.to_out.0",
            "unet.blocks.1.attn.qkv",
            "unet.blocks.11.attn.qkv",
            "unet.conv_in",
            "unet.xto_q");

    private static Map<String, Double> read(String key, String pattern) {
        JsonObject json = JsonParser.parseString(
                        ("{'" + key + "': " + pattern + "}").replace('\'', '"').replace("\\", "\\\\"))
                .getAsJsonObject();
        return PathPattern.read("adapter_config.json", json, key);
    }

    /** 0 where no entry fits, so that the common number counts; the first that fits counts, whatever comes behind it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'to_q': 1}; 1 1 1 0 0 0 0 0",
                "{'^to_q': 1}; 1 0 0 0 0 0 0 0",
                "{'deep.to_q': 1, 'to_q': 2}; 2 1 2 0 0 0 0 0",
                "{'to_q': 2, 'deep.to_q': 1}; 2 2 2 0 0 0 0 0",
                "{'attn[12].to_q': 3}; 0 0 3 0 0 0 0 0",
                "{'blocks.1.attn.qkv': 4}; 0 0 0 0 4 0 0 0",
                "{'.*qkv': 5}; 0 0 0 0 5 5 0 0",
                "{'to_out.0': 6}; 0 0 0 6 0 0 0 0",
                "{'to_out': 6}; 0 0 0 0 0 0 0 0",
                "{'attn1.*': 7}; 0 0 7 0 0 0 0 0",
                "{'conv_in|to_q': 8}; 8 8 8 0 0 0 8 0",
                "{'q': 9}; 0 0 0 0 0 0 0 0",
                "{'blocks\\.1.*': 3}; 0 0 0 0 3 3 0 0",
                "{}; 0 0 0 0 0 0 0 0",
                "null; 0 0 0 0 0 0 0 0"
            })
    void numbersOfLayersArePefts(String pattern, String numbers) {
        Map<String, Double> read = read("alpha_pattern", pattern);

        assertThat(PATHS.stream().map(path -> PathPattern.matched(read, path, 0)))
                .containsExactlyElementsOf(List.of(numbers.split(" ")).stream()
                        .map(Double::valueOf)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1e999", "true", "'4'", "null", "[4]", "{}", "2.5", "1048577"})
    void aRankThatIsNoneIsNamedWithItsEntry(String rank) {
        assertThatThrownBy(() -> read("rank_pattern", "{'to_q': " + rank + "}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("adapter_config.json")
                .hasMessageContaining("rank_pattern")
                .hasMessageContaining("to_q");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[a", "*", "a{2", "(?<x", "+"})
    void anEntryThatIsNoExpressionIsNamed(String entry) {
        assertThatThrownBy(() -> read("alpha_pattern", "{'" + entry + "': 1}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("alpha_pattern: \"" + entry + "\" is no regular expression");
    }
}
