package org.moslora.examples.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Against the ids of transformers 5.24 on a small vocabulary with the files that tokenizer folders come with. */
class ClipTokenizerTest {
    private static final List<String> OLD = List.of("vocab.json", "merges.txt");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "first", "second", "added", "decoder", "library"})
    void givesTheIdsOfTransformers(String name) throws IOException {
        JsonObject row = row(name);
        lay(name.equals("library") ? List.of("tokenizer.json") : OLD);
        for (Map.Entry<String, JsonElement> file : row.getAsJsonObject("files").entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
        }
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
            assertThat(tokenizer.length()).isEqualTo(row.get("length").getAsInt());
            for (JsonElement each : row.getAsJsonArray("texts")) {
                String text = each.getAsJsonObject().get("text").getAsString();
                int[] shortened = StreamSupport.stream(
                                each.getAsJsonObject().getAsJsonArray("ids").spliterator(), false)
                        .mapToInt(JsonElement::getAsInt)
                        .toArray();
                assertThat(tokenizer.encode(text).ids())
                        .as(name + ": " + text)
                        .isEqualTo(padded(shortened, tokenizer.length()));
            }
        }
    }

    // The golden file keeps one padding token of those at an end.
    private static int[] padded(int[] ids, int length) {
        int[] padded = java.util.Arrays.copyOf(ids, length);
        java.util.Arrays.fill(padded, ids.length, length, ids[ids.length - 1]);
        return padded;
    }

    private static JsonObject row(String name) throws IOException {
        String text = new String(resource("golden.json"), StandardCharsets.UTF_8);
        return StreamSupport.stream(
                        JsonParser.parseString(text).getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .filter(row -> row.get("name").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ClipTokenizerTest.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }

    private void lay(List<String> names) throws IOException {
        for (String name : names) {
            Files.write(folder.resolve(name), resource(name));
        }
    }

    @Test
    void tellsWhatIsCutOff() throws IOException {
        lay(OLD);
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
            assertThat(tokenizer.encode("a cat").cut()).isZero();
            ClipTokens tokens = tokenizer.encode("a ".repeat(80));
            assertThat(tokens.whole()).isEqualTo(82);
            assertThat(tokens.cut()).isEqualTo(5);
            assertThat(tokens.ids()).hasSize(77).endsWith(tokenizer.end());
        }
    }

    @Test
    void missingFilesAreNamedWithWhatIsThere() throws IOException {
        assertThatThrownBy(() -> ClipTokenizer.open(folder.resolve("nowhere")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("vocab.json");
        lay(List.of("vocab.json"));
        assertThatThrownBy(() -> ClipTokenizer.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("merges.txt")
                .hasMessageContaining("it has vocab.json");
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        lay(OLD);
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": -1}");
        assertRefused("vocab.json");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": 1}");
        assertRefused("<|endoftext|>");
        lay(OLD);
        Files.writeString(folder.resolve("merges.txt"), "#version\na b c\n");
        assertRefused("merges.txt:2");
        Files.write(folder.resolve("merges.txt"), new byte[] {(byte) 0xff, 'a'});
        assertRefused("merges.txt");
        lay(OLD);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"[PAD]\"}");
        assertRefused("[PAD]");
        Files.writeString(
                folder.resolve("tokenizer_config.json"), "{\"pad_token\": {\"content\": \"!\", \"lstrip\": true}}");
        assertRefused("lstrip");
        Files.writeString(folder.resolve("tokenizer.json"), "{");
        assertRefused("tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertRefused("tokenizer.json");
    }

    @Test
    void mergesThatAreNoneOrInAnotherOrderAreNamed() throws IOException {
        lay(OLD);
        List<String> lines = Files.readAllLines(folder.resolve("merges.txt"));
        for (List<String> none : List.of(List.<String>of(), lines.subList(0, 1), List.of("q q"))) {
            Files.write(folder.resolve("merges.txt"), none);
            assertRefused("merges.txt: holds no merges that fit vocab.json");
        }
        Collections.reverse(lines);
        Files.write(folder.resolve("merges.txt"), lines);
        assertRefused("which no line before it makes");
    }

    /** Letters that Unicode has had only since Java 17: the word goes on, as in the library that published ids came from. */
    @Test
    void lettersNewerThanJavasTablesAreLetters() throws IOException {
        lay(OLD);
        JsonObject vocabulary = JsonParser.parseString(Files.readString(folder.resolve("vocab.json")))
                .getAsJsonObject();
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
            String young = Character.toString(0x1E4D0);
            assertThat(tokenizer.encode("q!").ids()[1])
                    .isEqualTo(vocabulary.get("q</w>").getAsInt());
            assertThat(tokenizer.encode("q" + young).ids()[1])
                    .isEqualTo(vocabulary.get("q").getAsInt());
        }
    }

    private void assertRefused(String words) {
        assertThatThrownBy(() -> ClipTokenizer.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(words);
    }

    @Test
    void anyStringHasIds() throws IOException {
        lay(OLD);
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
            for (int i = 0; i < 300; i++) {
                char[] letters = new char[random.nextInt(200)];
                for (int k = 0; k < letters.length; k++) {
                    letters[k] = (char) random.nextInt(random.nextBoolean() ? 0x10000 : 0x80);
                }
                assertThat(tokenizer.encode(new String(letters)).ids())
                        .as("tests.seed=" + seed)
                        .hasSize(77)
                        .contains(tokenizer.end());
            }
            assertThat(tokenizer.encode("x".repeat(300_000)).cut()).isPositive();
        }
    }
}
