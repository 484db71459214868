package org.moslora.onnx.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moslora.onnx.graph.GraphTrial.assertAlike;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.t5.T5Encoder;
import org.moslora.diffusion.t5.T5Names;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.diffusion.text.TextPass;
import org.moslora.diffusion.text.TextRequest;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;

/** Text encoders as graphs read what they read on libtorch, texts of any length side by side, whatever ends them. */
final class TextGraphsTest {
    private static final String CLIP = "{'model_type': 'clip_text_model', 'vocab_size': 20, 'hidden_size': 6,"
            + " 'intermediate_size': 7, 'num_hidden_layers': 2, 'num_attention_heads': 3, 'max_position_embeddings': 9";
    private static final String T5 = "{'model_type': 't5', 'feed_forward_proj': 'gated-gelu', 'vocab_size': 20,"
            + " 'd_model': 6, 'd_ff': 7, 'num_layers': 2, 'num_heads': 2, 'd_kv': 5";

    @TempDir
    private Path folder;

    /** The first end of the second text is not its last token, and its highest id stands elsewhere again. */
    private static final List<int[]> TEXTS = List.of(new int[] {1, 5, 9, 3, 17, 17}, new int[] {1, 17, 4, 19, 17, 0});

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FLOAT | true | 'eos_token_id': 17, 'projection_dim': 4",
                "FLOAT | true | 'eos_token_id': 2, 'projection_dim': 8, 'hidden_act': 'gelu', 'layer_norm_eps': 0.1",
                "FLOAT | false | 'eos_token_id': 2, 'hidden_act': 'gelu_pytorch_tanh'",
                "FLOAT | false | 'eos_token_id': 17, 'hidden_act': 'silu'",
                "FLOAT | false | 'eos_token_id': 3, 'hidden_act': 'relu'",
                "HALF | true | 'eos_token_id': 17, 'projection_dim': 4"
            })
    void clipReadsAsOnLibtorch(Element stored, boolean projected, String rest) {
        ClipTextConfig config =
                ComponentTrial.config(CLIP + ", " + rest + "}", given -> ClipTextConfig.read(given, projected));
        MemoryWeights weights = MemoryWeights.random(ClipTextNames.expected(config));
        Map<String, PlainArray> given = Map.of("input_ids", ComponentTrial.ids(TEXTS));
        double share = ComponentTrial.share(stored);
        try (TextEncoder torch = new TextEncoder("text_encoder.", config, weights, Linears.plain(), Compute.cpu());
                ComponentTrial trial = ComponentTrial.of(
                        folder, TextEncoderGraph.of("text_encoder", config, weights, stored, path -> false), weights)) {
            for (int skipped = 0; skipped <= 2; skipped++) {
                int blocks = 2 - skipped;
                assertAlike(
                        trial.ask("hidden_states." + blocks, given),
                        states(torch, new TextRequest(skipped, false, false)),
                        share);
            }
            assertAlike(trial.ask("last_hidden_state", given), states(torch, new TextRequest(0, true, false)), share);
            PlainArray pooled = ComponentTrial.torch(arena -> Objects.requireNonNull(
                    torch.encode(arena, TEXTS, new TextRequest(0, true, true)).pooled()));
            assertAlike(trial.ask(projected ? "text_embeds" : "pooler_output", given), pooled, share);
            assertThat(trial.graph().header().outputs().keySet())
                    .as("Optimum's names")
                    .contains("last_hidden_state");
        }
    }

    /** [texts, tokens, width]. */
    private static PlainArray states(TextEncoder torch, TextRequest request) {
        PlainArray rows = ComponentTrial.torch(arena -> {
            TextPass pass = torch.encode(arena, TEXTS, request);
            return pass.states();
        });
        return rows.shaped(2, 6, 6);
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "9"})
    void aTextMayBeAsLongAsThereArePositions(int length) {
        ClipTextConfig config = ComponentTrial.config(CLIP + "}", given -> ClipTextConfig.read(given, false));
        MemoryWeights weights = MemoryWeights.random(ClipTextNames.expected(config));
        List<int[]> text = List.of(new int[length]);
        try (TextEncoder torch = new TextEncoder("text_encoder.", config, weights, Linears.plain(), Compute.cpu());
                ComponentTrial trial = ComponentTrial.of(
                        folder,
                        TextEncoderGraph.of("text_encoder", config, weights, Element.FLOAT, path -> false),
                        weights)) {
            PlainArray wanted = ComponentTrial.torch(arena ->
                    torch.encode(arena, text, new TextRequest(0, true, false)).states());
            assertAlike(
                    trial.ask("last_hidden_state", Map.of("input_ids", ComponentTrial.ids(text))),
                    wanted.shaped(1, length, 6),
                    1e-4);
        }
    }

    /** Up to lengths at which most distances are beyond the last of their own. */
    @ParameterizedTest
    @CsvSource({"1, 32, 128", "2, 4, 3", "40, 8, 12", "40, 32, 128", "150, 32, 128"})
    void t5ReadsAsOnLibtorchHoweverFarTokensAreApart(int length, int buckets, int distance) {
        T5Config config = ComponentTrial.config(
                T5 + ", 'relative_attention_num_buckets': " + buckets + ", 'relative_attention_max_distance': "
                        + distance + "}",
                T5Config::read);
        MemoryWeights weights = MemoryWeights.random(T5Names.expected(config));
        int[] one = new int[length];
        int[] other = new int[length];
        for (int i = 0; i < length; i++) {
            one[i] = i % 20;
            other[i] = i * i % 20;
        }
        List<int[]> texts = List.of(one, other);
        try (T5Encoder torch = new T5Encoder(config, weights, Compute.cpu());
                ComponentTrial trial = ComponentTrial.of(
                        folder, DeepTextGraph.of("text_encoder_2", config, weights, Element.FLOAT), weights)) {
            PlainArray wanted = ComponentTrial.torch(arena -> torch.encode(arena, texts));
            assertAlike(
                    trial.ask("last_hidden_state", Map.of("input_ids", ComponentTrial.ids(texts))),
                    wanted.shaped(2, length, 6),
                    1e-4);
        }
    }
}
