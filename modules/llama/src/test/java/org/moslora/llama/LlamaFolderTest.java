package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;

/** Text folders as transformers and the hub have them, and as they should not be. */
class LlamaFolderTest {
    @TempDir
    Path folder;

    private void config(String text) throws IOException {
        Files.writeString(folder.resolve("config.json"), text);
    }

    /** The golden model's tensors, changed, in so many files. */
    private void weights(long shard, List<String> without, Map<String, String> renamed) throws IOException {
        Path golden = GoldenText.path("llama");
        Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
        try (WeightSource source = SafetensorsFile.open(golden.resolve("model.safetensors"))) {
            List<TensorData> tensors = new ArrayList<>();
            for (String name : source.names()) {
                if (!without.contains(name)) {
                    TensorData data = TensorData.copy(source, name);
                    String other = renamed.getOrDefault(name, name);
                    tensors.add(
                            other.equals(name)
                                    ? data
                                    : TensorData.of(other, data.info().shape(), floats(source, name)));
                }
            }
            SafetensorsWriter.writeSharded(folder, WeightName.MODEL, shard, tensors, Map.of("format", "pt"));
        }
    }

    private static float[] floats(WeightSource source, String name) {
        return org.moslora.tensors.HalfFloats.floats(source, name);
    }

    @Test
    void theClassDefaultsOfEachFamilyHold() throws IOException {
        config("{\"model_type\": \"llama\"}");
        LanguageModelConfig llama = LlamaFolder.config(folder);
        assertThat(List.of(llama.hidden(), llama.inner(), llama.layers(), llama.heads(), llama.vocabulary()))
                .containsExactly(4096, 11008, 32, 32, 32000);
        assertThat(llama.attentionBias()).isFalse();
        config("{\"model_type\": \"mistral\"}");
        assertThat(LlamaFolder.config(folder).keyValueHeads()).isEqualTo(8);
        assertThat(LlamaFolder.config(folder).inner()).isEqualTo(14336);
        config("{\"model_type\": \"qwen2\"}");
        assertThat(LlamaFolder.config(folder).attentionBias()).isTrue();
        assertThat(LlamaFolder.config(folder).vocabulary()).isEqualTo(151936);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model_type\": \"gpt2\"} | model_type is \"gpt2\"; text instruction tuning works on llama, mistral, qwen2",
                "{\"model_type\": \"llava\"} | visual-instruction-tuning works on this one, rows without pictures too",
                "{} | model_type is \"\"",
                "{\"model_type\": \"llama\", \"quantization_config\": {}} | quantization_config",
                "{\"model_type\": \"llama\", \"hidden_act\": \"relu\"} | hidden_act is \"relu\"",
                "{\"model_type\": \"llama\", \"use_sliding_window\": true} | sliding window",
                "{\"model_type\": \"gemma3_text\", \"final_logit_softcapping\": 30.0} | final_logit_softcapping is 30",
                "{\"model_type\": \"gemma3_text\", \"hidden_activation\": \"relu\"} | hidden_activation is \"relu\"",
                "{\"model_type\": \"gemma3_text\", \"layer_types\": [\"full_attention\"]} | layer_types must name",
                "{\"model_type\": \"llama\", \"rope_scaling\": {\"type\": \"yarn\"}} | type is \"yarn\"",
                "{\"model_type\": \"llama\", \"hidden_size\": -1} | hidden_size must be a positive whole number",
                "[1] | must hold a JSON object",
                "{ | cannot be read as JSON"
            })
    void whatCannotBeRunIsRefused(String json, String word) throws IOException {
        config(json);
        assertThatThrownBy(() -> LlamaFolder.config(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(word);
    }

    @Test
    void shardsAreOneModel() throws IOException {
        weights(4096, List.of(), Map.of());
        assertThat(folder.resolve("model.safetensors.index.json")).exists();
        try (LlamaFolder whole = LlamaFolder.open(GoldenText.path("llama"));
                LlamaFolder shards = LlamaFolder.open(folder)) {
            assertThat(shards.weights().names()).isEqualTo(whole.weights().names());
            assertThat(shards.family()).isEqualTo("llama");
        }
    }

    @Test
    void missingAndUnexpectedTensorsAreToldTogether() throws IOException {
        weights(1 << 20, List.of("lm_head.weight"), Map.of("model.norm.weight", "model.norm.bias"));
        assertThatThrownBy(() -> LlamaFolder.open(folder)).isInstanceOfSatisfying(InvalidInput.class, invalid -> {
            assertThat(invalid.problems()).hasSize(3);
            assertThat(invalid.getMessage())
                    .contains(
                            "tensor lm_head.weight [48, 16] is missing",
                            "tensor model.norm.weight [16] is missing",
                            "tensor model.norm.bias is none that this model has");
        });
    }

    @Test
    void aTiedHeadMayBeAbsentAndAnotherModelsWeightsMayNot() throws IOException {
        try (LlamaFolder tied = LlamaFolder.open(GoldenText.path("qwen2"))) {
            assertThat(tied.text().tied()).isTrue();
            assertThat(tied.weights().names()).doesNotContain("lm_head.weight");
        }
        weights(1 << 20, List.of(), Map.of());
        Files.copy(
                GoldenText.path("qwen2").resolve("config.json"),
                folder.resolve("config.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> LlamaFolder.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("k_proj.bias [4] is missing")
                .hasMessageContaining("has shape [8, 16], expected [4, 16]");
    }
}
