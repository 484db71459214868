package org.moslora.llava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.Rope;
import org.moslora.problems.InvalidInput;

class ConfigReaderTest {
    private static final String SMALL = "\"image_token_index\": 5, \"text_config\": {\"vocab_size\": 10%s},"
            + " \"vision_config\": {\"image_size\": 8, \"patch_size\": 4%s}%s";

    @TempDir
    Path folder;

    private LlavaConfig read(String json) {
        try {
            Files.writeString(folder.resolve("config.json"), json);
            return LlavaFolder.config(folder);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A config with more keys in its three sections, each led by a comma. */
    private LlavaConfig with(String text, String vision, String top) {
        return read("{" + SMALL.formatted(text, vision, top) + "}");
    }

    private void refused(String text, String vision, String top, String... words) {
        assertThatThrownBy(() -> with(text, vision, top))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("config.json")
                .hasMessageContainingAll(words);
    }

    @Test
    void theHubsSparseConfigIsLlava15() {
        LlavaConfig config = read("{\"model_type\": \"llava\", \"image_token_index\": 32000, \"text_config\":"
                + " {\"model_type\": \"llama\", \"max_position_embeddings\": 4096, \"rms_norm_eps\": 1e-05,"
                + " \"vocab_size\": 32064}, \"vision_config\": {\"model_type\": \"clip_vision_model\", \"hidden_size\":"
                + " 1024, \"image_size\": 336, \"intermediate_size\": 4096, \"num_attention_heads\": 16,"
                + " \"num_hidden_layers\": 24, \"patch_size\": 14, \"projection_dim\": 768, \"vocab_size\": 32000}}");
        assertThat(config.imageTokens()).isEqualTo(576);
        assertThat(config.featureLayers()).containsExactly(23);
        assertThat(config.usedVisionLayers()).isEqualTo(23);
        assertThat(config.skipsClassToken()).isTrue();
        assertThat(config.projectorActivation()).isEqualTo("gelu");
        assertThat(config.projectorBias()).isTrue();
        LanguageModelConfig text = config.text();
        assertThat(text.hidden()).isEqualTo(4096);
        assertThat(text.inner()).isEqualTo(11008);
        assertThat(text.layers()).isEqualTo(32);
        assertThat(text.heads()).isEqualTo(32);
        assertThat(text.keyValueHeads()).isEqualTo(32);
        assertThat(text.headWidth()).isEqualTo(128);
        assertThat(text.epsilon()).isEqualTo(1e-5);
        assertThat(text.rope()).isEqualTo(new Rope("default", 10000, List.of()));
        assertThat(text.tied()).isFalse();
        assertThat(config.vision().activation()).isEqualTo("quick_gelu");
        assertThat(config.vision().epsilon()).isEqualTo(1e-5);
    }

    @Test
    void withoutSubConfigsTheClassDefaultsHold() {
        LlavaConfig config = read("{\"image_token_index\": 31999}");
        assertThat(config.vision()).isEqualTo(new VisionConfig(1024, 4096, 24, 16, 336, 14, "quick_gelu", 1e-5));
        assertThat(config.text().vocabulary()).isEqualTo(32000);
        assertThat(config.text().epsilon()).isEqualTo(1e-6);
        assertThat(read("{\"image_token_index\": 1, \"vision_config\": null, \"text_config\": null}"))
                .extracting(LlavaConfig::imageTokens)
                .isEqualTo(576);
    }

    @Test
    void anEmptyVisionConfigIsClipsOwnDefault() {
        LlavaConfig config = read("{\"image_token_index\": 1, \"vision_config\": {}}");
        assertThat(config.vision()).isEqualTo(new VisionConfig(768, 3072, 12, 12, 224, 32, "quick_gelu", 1e-5));
        assertThat(config.featureLayers()).containsExactly(11);
    }

    @Test
    void familiesHaveTheirOwnDefaults() {
        LanguageModelConfig qwen = with(", \"model_type\": \"qwen2\"", "", "").text();
        assertThat(qwen.attentionBias()).isTrue();
        assertThat(qwen.outputBias()).isFalse();
        assertThat(qwen.inner()).isEqualTo(22016);
        LanguageModelConfig mistral =
                with(", \"model_type\": \"mistral\"", "", "").text();
        assertThat(mistral.keyValueHeads()).isEqualTo(8);
        assertThat(mistral.inner()).isEqualTo(14336);
        LanguageModelConfig llama =
                with(", \"attention_bias\": true, \"mlp_bias\": true", "", "").text();
        assertThat(llama.attentionBias()).isTrue();
        assertThat(llama.outputBias()).isTrue();
        assertThat(llama.feedForwardBias()).isTrue();
    }

    @Test
    void rotaryScalingIsReadInBothSpellings() {
        String settings = "\"factor\": 4, \"low_freq_factor\": 1, \"high_freq_factor\": 2,"
                + " \"original_max_position_embeddings\": 64";
        Rope expected = new Rope("llama3", 500000, List.of(4.0, 1.0, 2.0, 64.0));
        assertThat(with(
                                ", \"rope_theta\": 500000, \"rope_scaling\": {\"rope_type\": \"llama3\", " + settings
                                        + "}",
                                "",
                                "")
                        .text()
                        .rope())
                .isEqualTo(expected);
        assertThat(with(
                                ", \"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 500000, " + settings
                                        + "}",
                                "",
                                "")
                        .text()
                        .rope())
                .isEqualTo(expected);
        assertThat(with(", \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}", "", "")
                        .text()
                        .rope())
                .isEqualTo(new Rope("linear", 10000, List.of(2.0)));
        assertThat(with(", \"rope_scaling\": null", "", "").text().rope().kind())
                .isEqualTo("default");
    }

    @Test
    void featureLayersCountFromEitherEnd() {
        assertThat(with("", ", \"num_hidden_layers\": 6", ", \"vision_feature_layer\": [-1, 3, -7]")
                        .featureLayers())
                .containsExactly(6, 3, 0);
        assertThat(with("", ", \"num_hidden_layers\": 6", ", \"vision_feature_layer\": 2")
                        .usedVisionLayers())
                .isEqualTo(2);
    }

    @Test
    void otherKeysAreReadToo() {
        LlavaConfig config = with(
                ", \"tie_word_embeddings\": true, \"head_dim\": 32, \"num_attention_heads\": 5,"
                        + " \"num_key_value_heads\": 1",
                ", \"hidden_act\": \"gelu_pytorch_tanh\"",
                ", \"vision_feature_select_strategy\": \"full\", \"multimodal_projector_bias\": false,"
                        + " \"projector_hidden_act\": \"silu\", \"image_seq_length\": 5");
        assertThat(config.text().tied()).isTrue();
        assertThat(config.text().headWidth()).isEqualTo(32);
        assertThat(config.imageTokens()).isEqualTo(5);
        assertThat(config.projectorBias()).isFalse();
        assertThat(config.projectorActivation()).isEqualTo("silu");
        assertThat(config.vision().activation()).isEqualTo("gelu_pytorch_tanh");
        assertThat(read("{\"image_token_id\": 7}").imageToken()).isEqualTo(7);
        assertThat(with("", "", ", \"tie_word_embeddings\": true").text().tied())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "', \"model_type\": \"gemma\"' | '' | '' | gemma",
                "', \"hidden_act\": \"gelu\"' | '' | '' | hidden_act",
                "', \"num_key_value_heads\": 5' | '' | '' | num_key_value_heads",
                "', \"hidden_size\": 33' | '' | '' | hidden_size",
                "', \"num_hidden_layers\": 0' | '' | '' | num_hidden_layers",
                "', \"num_hidden_layers\": 2.5' | '' | '' | num_hidden_layers",
                "', \"num_hidden_layers\": \"2\"' | '' | '' | num_hidden_layers",
                "', \"rms_norm_eps\": true' | '' | '' | rms_norm_eps",
                "', \"tie_word_embeddings\": 1' | '' | '' | tie_word_embeddings",
                "', \"use_sliding_window\": true' | '' | '' | sliding window",
                "', \"rope_scaling\": {\"type\": \"dynamic\"}' | '' | '' | dynamic",
                "', \"rope_scaling\": 3' | '' | '' | rope_scaling",
                "'' | ', \"model_type\": \"siglip_vision_model\"' | '' | siglip_vision_model",
                "'' | ', \"hidden_act\": \"swish\"' | '' | swish",
                "'' | ', \"hidden_size\": 50, \"num_attention_heads\": 4' | '' | hidden_size",
                "'' | ', \"num_hidden_layers\": -1' | '' | num_hidden_layers",
                "'' | '' | ', \"model_type\": \"llava_next\"' | llava_next",
                "'' | '' | ', \"quantization_config\": {}' | quantization_config",
                "'' | '' | ', \"vision_feature_layer\": 13' | vision_feature_layer",
                "'' | '' | ', \"vision_feature_layer\": -14' | vision_feature_layer",
                "'' | '' | ', \"vision_feature_layer\": [\"a\"]' | vision_feature_layer",
                "'' | '' | ', \"vision_feature_layer\": []' | vision_feature_layer",
                "'' | '' | ', \"vision_feature_layer\": [1, 2.5]' | vision_feature_layer",
                "'' | '' | ', \"vision_feature_layer\": -1.5' | vision_feature_layer",
                "'' | '' | ', \"vision_feature_select_strategy\": \"cls\"' | cls",
                "'' | '' | ', \"projector_hidden_act\": \"tanh\"' | projector_hidden_act",
                "'' | '' | ', \"image_seq_length\": 5' | image_seq_length",
                "'' | '' | ', \"image_token_id\": 3, \"model_type\": 4' | model_type"
            })
    void whatCannotBeRunIsNamed(String text, String vision, String top, String word) {
        refused(text, vision, top, word);
    }

    @Test
    void anImageTokenMustBeARowOfTheTable() {
        for (int id : new int[] {10, -200}) {
            assertThatThrownBy(() -> read("{\"image_token_index\": " + id + ", \"text_config\": {\"vocab_size\": 10}}"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("image_token_index is " + id)
                    .hasMessageContaining("10 rows");
        }
    }

    @Test
    void aPatchMustFitIntoAPicture() {
        assertThatThrownBy(() ->
                        read("{\"image_token_index\": 1, \"vision_config\": {\"image_size\": 8, \"patch_size\": 9}}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("patch_size 9");
    }

    @Test
    void allProblemsAreToldTogether() {
        assertThatThrownBy(() -> with(
                        ", \"hidden_act\": \"gelu\"", ", \"hidden_act\": \"swish\"", ", \"quantization_config\": {}"))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems()).hasSize(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "null", "3", "{\"text_config\": []}"})
    void whatIsNoConfigIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(InvalidInput.class).hasMessageContaining("config.json");
    }

    @Test
    void aFolderWithoutConfigIsRefused() {
        assertThatThrownBy(() -> LlavaFolder.config(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("Hugging Face model folder");
    }
}
