package org.moslora.examples.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Four kinds of tokenizer, trained by tokenizers 0.23.3 on ten lines, and what it makes of odd texts: bytes merged as
 * Qwen and GPT-4 do, SentencePiece's unigrams, BERT's pieces of words, and LLaMA-2's merges that fall back to bytes.
 * Each has added tokens that are special, that swallow blanks beside them, and that are whole words only.
 */
class TokenizerGoldensTest {
    private static final Map<String, NativeTokenizer> OPEN = new HashMap<>();
    private static JsonObject goldens;

    @BeforeAll
    static void open() throws Exception {
        goldens = read();
        for (String kind : goldens.keySet()) {
            JsonObject file =
                    goldens.getAsJsonObject(kind).getAsJsonObject("tokenizer").deepCopy();
            OPEN.put(kind, NativeTokenizer.open(TokenizerJson.of(kind, file)));
        }
    }

    @AfterAll
    static void close() {
        OPEN.values().forEach(NativeTokenizer::close);
    }

    private static JsonObject read() throws Exception {
        try (InputStream in = TokenizerGoldensTest.class.getResourceAsStream("goldens.json")) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
    }

    static Stream<Arguments> rows() throws Exception {
        return read().entrySet().stream().flatMap(kind -> {
            JsonArray rows = kind.getValue().getAsJsonObject().getAsJsonArray("rows");
            return rows.asList().stream().map(row -> Arguments.of(kind.getKey(), row.getAsJsonObject()));
        });
    }

    private static int[] numbers(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void idsAreThoseOfTheLibrary(String kind, JsonObject row) {
        int[] ids = OPEN.get(kind).tokens(row.get("text").getAsString(), false).ids();

        assertThat(ids).isEqualTo(numbers(row.get("ids")));
        assertThat(Arrays.stream(ids).allMatch(id -> id <= OPEN.get(kind).highest()))
                .isTrue();
    }

    /** The library counts characters; Java's texts count two for each beyond the first 65,536. */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void placesAreThoseOfTheLibraryInJavasUnits(String kind, JsonObject row) {
        String text = row.get("text").getAsString();
        int[] offsets = numbers(row.get("offsets"));

        Tokens tokens = OPEN.get(kind).tokens(text, false);

        for (int i = 0; i < tokens.ids().length; i++) {
            assertThat(tokens.from()[i]).as("start of %d", i).isEqualTo(text.offsetByCodePoints(0, offsets[2 * i]));
            assertThat(tokens.to()[i]).as("end of %d", i).isEqualTo(text.offsetByCodePoints(0, offsets[2 * i + 1]));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void textsComeBackAsTheLibraryGivesThem(String kind, JsonObject row) {
        int[] ids = numbers(row.get("ids"));

        assertThat(OPEN.get(kind).decode(ids, true)).isEqualTo(row.get("plain").getAsString());
        assertThat(OPEN.get(kind).decode(ids, false)).isEqualTo(row.get("all").getAsString());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"byte-pairs", "unigram", "word-pieces", "fallback"})
    void tokensHaveTheIdsThatTheFileGivesThem(String kind) {
        JsonObject file = goldens.getAsJsonObject(kind).getAsJsonObject("tokenizer");
        Map<String, Integer> vocabulary =
                TokenizerJson.of(kind, file.deepCopy()).vocabulary();

        for (JsonElement added : file.getAsJsonArray("added_tokens")) {
            JsonObject token = added.getAsJsonObject();
            assertThat(vocabulary)
                    .containsEntry(
                            token.get("content").getAsString(), token.get("id").getAsInt());
        }
        assertThat(vocabulary.values()).doesNotHaveDuplicates();
    }

    /** Several threads share one tokenizer. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"byte-pairs", "unigram", "word-pieces", "fallback"})
    void threadsDoNotDisturbEachOther(String kind) {
        JsonArray rows = goldens.getAsJsonObject(kind).getAsJsonArray("rows");
        boolean alike = Stream.of(rows, rows, rows, rows)
                .parallel()
                .flatMap(all -> all.asList().stream())
                .map(JsonElement::getAsJsonObject)
                .allMatch(row -> Arrays.equals(
                        OPEN.get(kind)
                                .tokens(row.get("text").getAsString(), false)
                                .ids(),
                        numbers(row.get("ids"))));

        assertThat(alike).isTrue();
    }
}
