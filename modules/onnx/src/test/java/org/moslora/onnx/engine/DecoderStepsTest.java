package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.image.PictureInput;
import org.moslora.generation.Decoder;
import org.moslora.generation.TorchDecoder;
import org.moslora.llama.Llama;

/** However a text reaches a graph, at once, token by token, or after something was forgotten, it says what libtorch says. */
final class DecoderStepsTest {
    private static final List<PictureInput> NONE = List.of();
    private static final int[] TEXT = {3, 39, 7, 7, 19, 30, 2, 11, 5, 0, 14, 28};

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'model_type': 'llama', 'num_hidden_layers': 2, 'num_attention_heads': 4, 'num_key_value_heads': 1",
                "'model_type': 'llama', 'num_hidden_layers': 1, 'num_attention_heads': 2, 'attention_bias': true,"
                        + " 'mlp_bias': true, 'tie_word_embeddings': true, 'rms_norm_eps': 0.01",
                "'model_type': 'llama', 'num_hidden_layers': 2, 'num_attention_heads': 2, 'head_dim': 10,"
                        + " 'rope_scaling': {'rope_type': 'llama3', 'factor': 4.0, 'low_freq_factor': 1.0,"
                        + " 'high_freq_factor': 2.0, 'original_max_position_embeddings': 16}, 'rope_theta': 100.0",
                "'model_type': 'qwen2', 'num_hidden_layers': 3, 'num_attention_heads': 4, 'num_key_value_heads': 2,"
                        + " 'use_sliding_window': true, 'sliding_window': 3, 'max_window_layers': 1",
                "'model_type': 'qwen3', 'num_hidden_layers': 1, 'num_attention_heads': 3, 'num_key_value_heads': 3,"
                        + " 'head_dim': 6, 'rope_scaling': {'type': 'linear', 'factor': 2.5}",
                "'model_type': 'gemma3_text', 'num_hidden_layers': 4, 'num_attention_heads': 2,"
                        + " 'num_key_value_heads': 1, 'head_dim': 8, 'sliding_window': 4, 'sliding_window_pattern': 2,"
                        + " 'query_pre_attn_scalar': 20, 'hidden_activation': 'gelu'",
                "'model_type': 'mistral', 'num_hidden_layers': 2, 'num_attention_heads': 2, 'num_key_value_heads': 2,"
                        + " 'sliding_window': 1"
            })
    void everyWayOfAskingSaysWhatLibtorchSays(String config) {
        DecoderFolder decoder = DecoderFolder.of(folder, config);
        try (Llama model = decoder.torch();
                OnnxLanguageModelRunner runner = decoder.onnx()) {
            Decoder torch = new TorchDecoder(model);
            atOnceAndTokenByToken(torch, runner.decoder());
            forgotten(torch, runner.decoder());
            branching(torch, runner.decoder());
        }
    }

    private static void atOnceAndTokenByToken(Decoder torch, Decoder onnx) {
        try (Decoder.Session wanted = torch.open(64);
                Decoder.Session whole = onnx.open(64);
                Decoder.Session steps = onnx.open(64)) {
            float[] all = whole.next(TEXT, NONE);
            float[] last = new float[0];
            for (int token : TEXT) {
                last = steps.next(new int[] {token}, NONE);
                assertThat(last).containsExactly(wanted.next(new int[] {token}, NONE), within(1e-4f));
            }
            assertThat(all).containsExactly(last, within(1e-4f));
        }
    }

    /** As a service does that keeps what two questions have in common. */
    private static void forgotten(Decoder torch, Decoder onnx) {
        try (Decoder.Session wanted = torch.open(64);
                Decoder.Session made = onnx.open(64)) {
            same(wanted, made, TEXT);
            for (int length : new int[] {7, 9, 2, 3, 0}) {
                wanted.rewind(length);
                made.rewind(length);
                assertThat(made.length()).isEqualTo(length);
                same(wanted, made, 21, 4);
                same(wanted, made, 8, 9, 10, 33, 1, 6);
            }
        }
    }

    private static void same(Decoder.Session wanted, Decoder.Session made, int... ids) {
        assertThat(made.next(ids, NONE)).containsExactly(wanted.next(ids, NONE), within(1e-4f));
    }

    private static void branching(Decoder torch, Decoder onnx) {
        try (Decoder.Branches wanted = torch.branches(64);
                Decoder.Branches made = onnx.branches(64)) {
            int[] prompt = Arrays.copyOf(TEXT, 5);
            assertThat(made.begin(prompt, NONE)).containsExactly(wanted.begin(prompt, NONE), within(1e-4f));
            int[][] from = {{0, 0, 0}, {2, 0}, {1, 1, 0, 0}};
            int[][] tokens = {{1, 2, 3}, {9, 8}, {4, 4, 5, 6}};
            for (int i = 0; i < from.length; i++) {
                assertThat(made.grow(from[i], tokens[i]))
                        .containsExactly(wanted.grow(from[i], tokens[i]), within(1e-4f));
            }
        }
    }
}
