package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class TextTokenizerTest {
    @TempDir
    Path folder;

    @Test
    void neitherAddsNorCutsNorPads() throws Exception {
        TinyTokenizer.write(folder);
        try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
            String text = "café, 東京 😀 \u0000 " + "x".repeat(20_000);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

            int[] ids = tokenizer.encode(text);

            assertThat(ids).hasSize(bytes.length);
            assertThat((byte) ids[4]).isEqualTo(bytes[4]);
            assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
            assertThat(tokenizer.encode("")).isEmpty();
            assertThat(tokenizer.encode("a<image>b")).containsExactly('a', TinyTokenizer.id("<image>"), 'b');
            assertThat(tokenizer.decode(new int[] {'a', TinyTokenizer.id("</s>")}, true))
                    .isEqualTo("a");
            assertThat(tokenizer.decode(new int[] {'a', TinyTokenizer.id("</s>")}, false))
                    .isEqualTo("a</s>");
        }
    }

    @Test
    void knowsItsTokens() throws Exception {
        TinyTokenizer.write(folder);
        try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
            assertThat(tokenizer.tokenId("<image>")).isEqualTo(258);
            assertThat(tokenizer.has("<|eot_id|>")).isTrue();
            assertThat(tokenizer.has("<pad>")).isFalse();
            assertThat(tokenizer.opening()).containsExactly(256);
            assertThat(tokenizer.vocabularySize()).isEqualTo(268);
            assertThatThrownBy(() -> tokenizer.tokenId("<pad>"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("tokenizer.json: has no token <pad>");
        }
    }

    @Test
    void halfASurrogatePairDoesNotReachTheLibrary() throws Exception {
        TinyTokenizer.write(folder);
        try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
            assertThat(tokenizer.decode(tokenizer.encode("a\ud800b\udc00"), true))
                    .isEqualTo("a\ufffdb\ufffd");
        }
    }

    @Test
    void saysWhatAFolderHasInstead() throws Exception {
        assertThatThrownBy(() -> TextTokenizer.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("holds no tokenizer.json; copy it from the folder");
        Files.createFile(folder.resolve("tokenizer.model"));
        assertThatThrownBy(() -> TextTokenizer.open(folder))
                .hasMessageContaining("it has tokenizer.model only: let transformers write the other form");
        assertThatThrownBy(() -> TextTokenizer.open(folder.resolve("none"))).hasMessageContaining("it is not a folder");
    }

    @Test
    void namesADamagedFile() throws Exception {
        for (String damaged : new String[] {
            "",
            "{",
            "[]",
            "{\"model\": {\"vocab\": {\"a\": \"b\"}}}",
            "{}",
            "{\"model\":" + " {\"vocab\": {\"a\": 1}}}",
            "version https://git-lfs.github.com/spec/v1"
        }) {
            Files.writeString(folder.resolve("tokenizer.json"), damaged);

            assertThatThrownBy(() -> TextTokenizer.open(folder))
                    .as(damaged)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("tokenizer.json: ");
        }
    }
}
