package org.moslora.examples.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Each refusal here ends the process when the library meets it. */
class TokenizerJsonTest {
    private static final String LLAMA3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static JsonObject file(String part, String json) {
        JsonObject file = JsonParser.parseString("{'added_tokens': [{'id': 3, 'content': '<s>', 'special': true,"
                        + " 'normalized': false, 'single_word': false, 'lstrip': false, 'rstrip': false}], 'model':"
                        + " {'type': 'BPE', 'vocab': {'a': 0, 'b': 1, 'ab': 2, ' ': 4}, 'merges': ['a b']}}")
                .getAsJsonObject();
        file.getAsJsonObject("model").getAsJsonObject("vocab").addProperty("<s>", 3);
        JsonElement value = JsonParser.parseString(json.replace('\'', '"'));
        if (part.startsWith("model.")) {
            file.getAsJsonObject("model").add(part.substring(6), value);
        } else {
            file.add(part, value);
        }
        return file;
    }

    private static JsonObject split(String pattern) {
        JsonObject file =
                file("pre_tokenizer", "{'type': 'Split', 'pattern': {}, 'behavior': 'Isolated', 'invert': false}");
        file.getAsJsonObject("pre_tokenizer").getAsJsonObject("pattern").addProperty("Regex", pattern);
        return file;
    }

    private static NativeTokenizer open(JsonObject file) {
        byte[] bytes = file.toString().getBytes(StandardCharsets.UTF_8);
        return NativeTokenizer.open(TokenizerJson.read("tokenizer.json", bytes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "normalizer|{'type': 'Replace', 'pattern': {'String': ''}, 'content': 'b'}|its pattern is empty",
                "normalizer|{'type': 'Replace', 'pattern': {'Regex': 'a*'}, 'content': 'b'}|may match nothing",
                "normalizer|{'type': 'Replace', 'pattern': {'Regex': '(?=q)'}, 'content': 'b'}|may match nothing",
                "normalizer|{'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': ''}]}|prepend is empty",
                "normalizer|{'type': 'Precompiled', 'precompiled_charsmap': 'AAAA'}|Precompiled",
                "decoder|{'type': 'Sequence', 'decoders': [{'type': 'Strip', 'content': ' ', 'start': 0, 'stop': 1}]}|Strip with stop 1",
                "post_processor|{'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<x>', 'type_id': 0}}], 'pair': [], 'special_tokens': {}}|puts in '<x>'",
                "post_processor|{'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>', 'type_id': 0}}], 'pair': [], 'special_tokens': {'<s>': {'id': '<s>', 'ids': [3], 'tokens': ['<s>']}}}|leaves out the text itself",
                "model.continuing_subword_prefix|\"##\"|lacks continuing_subword_prefix",
                "post_processor|{'type': 'BertProcessing', 'sep': ['<s>', 4294967295], 'cls': ['<s>', 3]}|ends at 4",
                "model.vocab|{'a': -1}|which is no id",
                "model.vocab|{'a': 4294967295}|which is no id",
                "model.vocab|{'a': null}|which is no id",
                "added_tokens|{}|must be a list"
            })
    void whatTheLibraryTakesBadlyIsRefusedByName(String part, String json, String words) {
        assertThatThrownBy(() -> open(file(part, json)).tokens("a", true))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(words);
    }

    /** The library goes by the vocabulary and the order, whatever the file says. */
    @Test
    void addedTokensHaveTheIdsThatTheLibraryGivesThem() {
        String rest = ", 'special': true, 'normalized': false, 'single_word': false, 'lstrip': false, 'rstrip': false}";
        JsonObject json = file(
                "added_tokens",
                "[{'id': 99999, 'content': '<s>'" + rest + ", {'id': 99999, 'content': '<new>'" + rest + "]");
        TokenizerJson read = TokenizerJson.of("tokenizer.json", json);
        assertThat(read.vocabulary()).containsEntry("<s>", 3).containsEntry("<new>", 5);
        try (NativeTokenizer tokenizer = NativeTokenizer.open(read)) {
            assertThat(tokenizer.tokens("<new><s>", false).ids()).containsExactly(5, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(a+)+$", "(a|b)*c", "(?:a?b?)+c", "((a{1,9}){1,9}){1,9}", "(", "a)", "[a", "(a)\\1", "(?<x>a)"})
    void aPatternWithoutBoundIsRefused(String pattern) {
        assertThatThrownBy(() -> open(split(pattern)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("tokenizer.json: pre_tokenizer: Split")
                .hasMessageContaining("pattern");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LLAMA3,
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{M}]*[\\p{Ll}\\p{Lo}\\p{M}]+(?i:'s|'t)?|\\s+",
                "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++|\\s++$|\\s+(?!\\S)|\\s",
                "[\\p{Han}]+|\\p{N}{1,3}+",
                " ?[^(\\s|[.,!?…。，、।۔،])]+",
                "(?=(\\d{3})+(?!\\d))"
            })
    void patternsInUseAreTaken(String pattern) {
        try (NativeTokenizer tokenizer = open(split(pattern))) {
            assertThat(tokenizer.tokens("ab  ab", false).ids()).contains(2);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void howMuchIsHandedOverIsBounded() {
        try (NativeTokenizer tokenizer = open(split(LLAMA3))) {
            assertThat(tokenizer.tokens(" ".repeat(100_000), false).ids()).hasSize(100_000);
            assertThatThrownBy(() -> tokenizer.tokens(" ".repeat(10_000_000), false))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("has 10000000 letters");
        }
        try (NativeTokenizer tokenizer = open(split("a*a*a*c"))) {
            assertThat(tokenizer.tokens("ab", false).ids()).hasSize(1);
            assertThatThrownBy(() -> tokenizer.tokens("a".repeat(2000), false))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("takes too long over a text of 2000 letters");
        }
    }
}
