package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** Prompts as a Qwen3 is given them. */
class ChatTokensTest {
    private static final String TOKENIZER = "{\"version\": \"1.0\", \"added_tokens\": [{\"id\": 3, \"content\":"
            + " \"<|endoftext|>\", \"special\": true, \"normalized\": false, \"lstrip\": false, \"rstrip\": false,"
            + " \"single_word\": false}], \"normalizer\": null, \"pre_tokenizer\": null, \"post_processor\": null,"
            + " \"decoder\": null, \"model\": {\"type\": \"BPE\", \"unk_token\": \"?\", \"fuse_unk\": false,"
            + " \"byte_fallback\": false, \"vocab\": {\"?\": 0, \"a\": 1, \"b\": 2}, \"merges\": []}}";
    private static final String QWEN = "{{- '<|im_start|>' + message.role + message.content + '<|im_end|>' }}"
            + "{{- '<|im_start|>assistant' }}{%- if enable_thinking is false %}{{- '<think></think>' }}{%- endif %}";

    @TempDir
    Path folder;

    private ChatTokens open(String template, boolean thinks, List<String> told) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"<|endoftext|>\"}");
        Files.writeString(folder.resolve("chat_template.jinja"), template);
        return ChatTokens.open(folder, thinks, told::add);
    }

    @Test
    void aPromptIsAUsersTurn() throws IOException {
        try (ChatTokens thinking = open(QWEN, true, new ArrayList<>())) {
            assertThat(thinking.written(" a ")).isEqualTo("<|im_start|>user\n a <|im_end|>\n<|im_start|>assistant\n");
            assertThat(thinking.padding()).isEqualTo(3);
        }
        try (ChatTokens silent = open(QWEN, false, new ArrayList<>())) {
            assertThat(silent.written("a")).endsWith("assistant\n<think>\n\n</think>\n\n");
        }
    }

    @Test
    void whatFindsNoRoomIsToldOnce() throws IOException {
        List<String> told = new ArrayList<>();
        try (ChatTokens tokens = open(QWEN, true, told)) {
            assertThat(tokens.ids("ab", 5)).hasSize(5);
            assertThat(tokens.ids("ab", 5)).hasSize(5);
            assertThat(told).singleElement().asString().contains("5").contains("token");
            assertThat(tokens.ids("ab", 500).length).isGreaterThan(40);
        }
    }

    @Test
    void anotherTemplateIsRefused() {
        for (String other : List.of("{{- '[INST] ' + message.content + ' [/INST]' }}", "", QWEN + "You are Qwen")) {
            assertThatThrownBy(() -> open(other, true, new ArrayList<>()).close())
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("template");
        }
        assertThatThrownBy(() -> open(QWEN.replace("enable_thinking", "x"), false, new ArrayList<>())
                        .close())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("template");
    }
}
