package org.moslora.diffusion.text;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Changed;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Probed;
import org.moslora.diffusion.Whole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;

/**
 * CLIP's text encoders with other activations, heads and ends: numbers of CLIPTextModelWithProjection of transformers
 * 5.24.0 on PyTorch 2.7.1 with the formula's weights, in fp32.
 */
class TextVariantsTest {
    private static final List<int[]> TEXTS =
            List.of(new int[] {1, 5, 19, 3, 11, 0, 0, 11, 2}, new int[] {1, 11, 7, 7, 19, 19, 4, 11, 11});

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hidden_act': 'gelu_pytorch_tanh' | 1.549054 | 15.53868 | -49.78903 | 118.4143",
                "'hidden_act': 'silu', 'layer_norm_eps': 1e-3 | 0.8554665 | 15.56536 | -48.32841 | 123.7162",
                "'hidden_act': 'relu', 'num_attention_heads': 1 | -0.375044 | 15.71495 | -14.65485 | 111.0254",
                "'num_hidden_layers': 1, 'num_attention_heads': 6, 'intermediate_size': 7"
                        + " | -7.888125 | 16.03172 | 12.24265 | 59.76396"
            })
    void statesAndGradientsAreThoseOfTransformers(
            String changes, double dot, double norm, double gradients, double gradientNorm) {
        ClipTextConfig config = Changed.read("text-1", changes, section -> ClipTextConfig.read(section, false));
        Probed expected = new Probed(dot, norm, gradients, gradientNorm);
        Compute compute = compute();
        try (Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (TextEncoder encoder = build(config, whole, compute);
                    Arena step = encoder.step()) {
                TextPass pass = encoder.forward(step, TEXTS, TextRequest.plain(0), 0, 0);
                expected.checkPrediction(pass.states());
                encoder.backward(step, pass, Formula.array(step, "gradient", 18, 12), null);
            }
            expected.checkGradients(whole.gradients());
        }
    }

    /** The end is the highest id where eos_token_id is 2, otherwise its first place, and the first token where it has none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hidden_act': 'relu', 'num_attention_heads': 1 | 1.317246 | 3.498548",
                "'eos_token_id': 4, 'projection_dim': 12 | 5.515487 | 5.043606",
                "'eos_token_id': 11 | -1.352147 | 2.881282"
            })
    void textsArePooledWhereTransformersPools(String changes, double dot, double norm) {
        ClipTextConfig config = Changed.read("text-1", changes, section -> ClipTextConfig.read(section, true));
        try (TextEncoder encoder = build(config, Linears.plain(), compute());
                Arena step = encoder.step()) {
            TextPass pass = encoder.encode(step, TEXTS, new TextRequest(0, true, true));
            new Probed(dot, norm, 0, 0).checkPrediction(pass.pooled());
        }
    }

    private static Compute compute() {
        Engine.start(1);
        return Compute.cpu();
    }

    private static TextEncoder build(ClipTextConfig config, Linears linears, Compute compute) {
        return new TextEncoder("text_encoder.", config, Formula.of(ClipTextNames.expected(config)), linears, compute);
    }
}
