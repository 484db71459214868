package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.keys.LlavaKeys;

class BindingTest {
    private static final String EMBED = "model.language_model.embed_tokens.weight";
    private static final String Q = "model.language_model.layers.0.self_attn.q_proj.weight";
    private static final Expectation EXPECTED = new Expectation(
            "config.json",
            Map.of(EMBED, List.of(4L, 2L), Q, List.of(2L, 2L), "lm_head.weight", List.of(4L, 2L)),
            Set.of("lm_head.weight"));

    @TempDir
    Path folder;

    private WeightSource source(TensorData... tensors) {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, List.of(tensors), Map.of("format", "pt"));
        return SafetensorsFile.open(file);
    }

    private static TensorData zeros(String name, long... shape) {
        List<Long> sizes = new ArrayList<>();
        int elements = 1;
        for (long size : shape) {
            sizes.add(size);
            elements *= (int) size;
        }
        return TensorData.of(name, sizes, new float[elements]);
    }

    private static void refuses(WeightSource source, Expectation expected, String... problems) {
        try (source) {
            assertThatThrownBy(() -> Binding.bind(source, LlavaKeys.llava(), expected))
                    .isInstanceOfSatisfying(
                            InvalidInput.class,
                            invalid -> assertThat(invalid.problems())
                                    .extracting(Problem::what)
                                    .containsExactly(problems));
        }
    }

    @Test
    void tensorsGetCanonicalNames() {
        WeightSource source = source(
                zeros("language_model.model.embed_tokens.weight", 4, 2),
                TensorData.of("model.layers.0.self_attn.q_proj.weight", List.of(2L, 2L), new float[] {1, 2, 3, 4}),
                zeros("model.layers.0.self_attn.rotary_emb.inv_freq", 1));
        try (WeightSource bound = Binding.bind(source, LlavaKeys.llava(), EXPECTED)) {
            assertThat(bound.names()).containsExactly(EMBED, Q);
            assertThat(bound.info(Q)).isEqualTo(new TensorInfo(Q, DType.F32, List.of(2L, 2L)));
            assertThat(HalfFloats.floats(bound, Q)).containsExactly(1, 2, 3, 4);
            assertThat(bound.metadata()).containsKey("format");
            assertThat(bound.file(Q)).isEqualTo(source.origin()).isEqualTo(bound.origin());
            assertThatThrownBy(() -> bound.info("lm_head.weight")).isInstanceOf(InvalidInput.class);
        }
    }

    @Test
    void everythingThatDoesNotFitIsToldAtOnce() {
        refuses(
                source(
                        zeros("lm_head.weight", 5, 2),
                        zeros("language_model.lm_head.weight", 4, 2),
                        zeros("model.layers.1.self_attn.q_proj.weight", 2, 2),
                        zeros("model.embed_tokens.weight", 2, 4)),
                EXPECTED,
                "tensors language_model.lm_head.weight and lm_head.weight are both lm_head.weight",
                "tensor " + Q
                        + " [2, 2] is missing; does config.json say more layers (num_hidden_layers) than there are?",
                "tensor model.layers.1.self_attn.q_proj.weight is none that this model has; does config.json say fewer"
                        + " layers (num_hidden_layers) than there are?",
                "tensor model.embed_tokens.weight has shape [2, 4], expected [4, 2]; it seems transposed");
    }

    @Test
    void causesOfShapes() {
        refuses(
                source(zeros("model.embed_tokens.weight", 5, 2), zeros("model.layers.0.self_attn.q_proj.weight", 3, 2)),
                EXPECTED,
                "tensor model.embed_tokens.weight has shape [5, 2], expected [4, 2]; config.json says vocab_size 4, the"
                        + " file has 5",
                "tensor model.layers.0.self_attn.q_proj.weight has shape [3, 2], expected [2, 2]; is config.json that of"
                        + " another model (hidden_size, intermediate_size, num_key_value_heads)?");
    }

    @Test
    void nothingBindsIsOneProblemThatNamesTheFamily() {
        refuses(
                source(zeros("h.0.attn.c_attn.weight", 1), zeros("h.1.attn.c_attn.weight", 1)),
                EXPECTED,
                "none of its 2 tensors (h.0.attn.c_attn.weight, h.1.attn.c_attn.weight, …) is one that this model has;"
                        + " it looks like GPT-2 or Falcon");
    }

    @Test
    void longListsAreAbbreviated() {
        TensorData[] tensors = new TensorData[26];
        for (int i = 0; i < 25; i++) {
            tensors[i] = zeros("extra" + i, 1);
        }
        tensors[25] = zeros("a", 1);
        Expectation one = new Expectation("config.json", Map.of("a", List.of(1L)), Set.of());
        try (WeightSource source = source(tensors)) {
            assertThatThrownBy(() -> Binding.bind(source, KeyMap.identity(), one))
                    .isInstanceOfSatisfying(InvalidInput.class, invalid -> {
                        assertThat(invalid.problems()).hasSize(21);
                        assertThat(invalid.problems().get(20).what()).isEqualTo("and 5 more like the last one");
                    });
        }
    }

    @Test
    void optionalTensorsWithoutAShapeMayHaveAny() {
        Expectation loose = new Expectation("config.json", Map.of("a", List.of(1L)), Set.of("a.state"));
        try (WeightSource bound = Binding.bind(source(zeros("a", 1), zeros("a.state", 7)), KeyMap.identity(), loose)) {
            assertThat(bound.names()).containsExactly("a", "a.state");
        }
    }
}
