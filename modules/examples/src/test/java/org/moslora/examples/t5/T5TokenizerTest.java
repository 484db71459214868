package org.moslora.examples.t5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.clip.ClipTokens;
import org.moslora.problems.InvalidInput;

/** Ids as transformers 5.24 gives them, of a small unigram model that sentencepiece trained, with its replacements. */
class T5TokenizerTest {
    private static Path folder() {
        try {
            return Path.of(T5TokenizerTest.class.getResource("tokenizer.json").toURI())
                    .getParent();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a photo of a cat|3 4 3 20 9 5 7 5 10 11 3 4 14 1",
                "ﬁre ½ Ａ|15 3 24 2 23 3 2 1",
                "  two  cats |3 7 22 5 14 25 1",
                "cat </s> dog|14 1 3 18 5 19 1",
                "<extra_id_1> cat|29 14 1",
                "<pad>|0 1",
                "É 🐱|3 2 3 2 1",
                "''|1"
            })
    void encodesAsTransformersDoes(String text, String ids) {
        int[] expected =
                Arrays.stream(ids.split(" ")).mapToInt(Integer::parseInt).toArray();
        try (T5Tokenizer tokenizer = T5Tokenizer.open(folder())) {
            ClipTokens tokens = tokenizer.encode(text, 16);
            assertThat(tokens.ids()).containsExactly(Arrays.copyOf(expected, 16));
            assertThat(tokens.whole()).isEqualTo(expected.length);
        }
    }

    @Test
    void cutsTheEndOffAndKeepsItsMark() {
        try (T5Tokenizer tokenizer = T5Tokenizer.open(folder())) {
            ClipTokens tokens = tokenizer.encode("a photo of a cat in the snow on the fire", 6);
            assertThat(tokens.ids()).containsExactly(3, 4, 3, 20, 9, 1);
            assertThat(tokens.cut()).isEqualTo(26);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aTableThatLeadsOutOfItselfIsRefused(long seed, @TempDir Path other) throws IOException {
        JsonObject json = json();
        JsonObject normalizer = json.getAsJsonObject("normalizer");
        byte[] table = Base64.getDecoder()
                .decode(normalizer.get("precompiled_charsmap").getAsString());
        byte[] broken = seed == 1 ? Arrays.copyOf(table, 8) : table.clone();
        Random random = new Random(seed);
        // The first units are those that every text begins at.
        for (int i = 4; seed > 1 && i < 1028; i++) {
            broken[i] = (byte) random.nextInt();
        }
        normalizer.addProperty("precompiled_charsmap", Base64.getEncoder().encodeToString(broken));
        Files.writeString(other.resolve("tokenizer.json"), json.toString());
        assertThatThrownBy(() -> T5Tokenizer.open(other))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining("Precompiled");
    }

    @Test
    void saysWhatIsMissing(@TempDir Path empty) throws IOException {
        assertThatThrownBy(() -> T5Tokenizer.open(empty)).hasMessageContaining("downloaded");
        Files.writeString(empty.resolve("spiece.model"), "");
        assertThatThrownBy(() -> T5Tokenizer.open(empty)).hasMessageContaining("spiece.model");
        JsonObject json = json();
        json.getAsJsonObject("model")
                .getAsJsonArray("vocab")
                .get(1)
                .getAsJsonArray()
                .set(0, json.get("version"));
        json.remove("added_tokens");
        Files.writeString(empty.resolve("tokenizer.json"), json.toString());
        assertThatThrownBy(() -> T5Tokenizer.open(empty)).hasMessageContaining("</s>");
    }

    private static JsonObject json() throws IOException {
        return JsonParser.parseString(Files.readString(folder().resolve("tokenizer.json")))
                .getAsJsonObject();
    }
}
