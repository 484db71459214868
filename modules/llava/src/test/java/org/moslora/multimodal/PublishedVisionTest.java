package org.moslora.multimodal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

/**
 * Vision-language models by the configs that are published with them: the number of their tensors, and the CRC-32 of the
 * sorted lines {@code name shape} of the state dict that transformers 5.24.0 makes of the same config.
 */
class PublishedVisionTest {
    private static final String CLIP = "'vision_config': {'model_type': 'clip_vision_model', 'hidden_size': 1024,"
            + " 'intermediate_size': 4096, 'num_hidden_layers': 24, 'num_attention_heads': 16, 'image_size': 336,"
            + " 'patch_size': 14}";
    private static final String QWEN2 = "'model_type': 'qwen2_vl', 'tie_word_embeddings': true, 'hidden_size': 1536,"
            + " 'intermediate_size': 8960, 'num_hidden_layers': 28, 'num_attention_heads': 12,"
            + " 'num_key_value_heads': 2, 'vocab_size': 151936, 'image_token_id': 151655, 'vision_config':"
            + " {'depth': 32, 'embed_dim': 1280, 'hidden_size': 1536, 'mlp_ratio': 4, 'num_heads': 16}";
    private static final String QWEN25 = "'model_type': 'qwen2_5_vl', 'tie_word_embeddings': true,"
            + " 'hidden_size': 2048, 'intermediate_size': 11008, 'num_hidden_layers': 36, 'num_attention_heads': 16,"
            + " 'num_key_value_heads': 2, 'vocab_size': 151936, 'vision_config': {'hidden_size': 1280,"
            + " 'out_hidden_size': 2048}";
    private static final String QWEN3 = "'model_type': 'qwen3_vl', 'tie_word_embeddings': true, 'text_config':"
            + " {'hidden_size': 2048, 'intermediate_size': 6144, 'num_hidden_layers': 28, 'num_attention_heads': 16,"
            + " 'num_key_value_heads': 8, 'head_dim': 128}, 'vision_config': {'depth': 24, 'hidden_size': 1024,"
            + " 'intermediate_size': 4096, 'out_hidden_size': 2048, 'deepstack_visual_indexes': [5, 11, 17]}";
    private static final String ONEVISION = "'model_type': 'llava_onevision', 'tie_word_embeddings': true,"
            + " 'text_config': {'model_type': 'qwen2', 'hidden_size': 896, 'intermediate_size': 4864,"
            + " 'num_hidden_layers': 24, 'num_attention_heads': 14, 'num_key_value_heads': 2, 'vocab_size': 152000}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type': 'llava', 'text_config': {'vocab_size': 32064}, " + CLIP + " | 686 | 58f8db4e",
                "'model_type': 'llava_next', 'text_config': {'model_type': 'mistral', 'vocab_size': 32064}, " + CLIP
                        + " | 687 | ae48b968",
                ONEVISION + " | 716 | deadda1f",
                QWEN2 + " | 729 | d01a81bf",
                QWEN25 + " | 824 | dcc4b3b1",
                QWEN3 + " | 625 | 3a0016c9"
            })
    void tensorsAreThoseOfTransformers(String fields, int count, String sum) {
        TreeSet<String> lines = new TreeSet<>();
        config(fields)
                .expected()
                .forEach((name, shape) -> lines.add(
                        name + " " + shape.stream().map(String::valueOf).collect(Collectors.joining(","))));
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertThat(lines).hasSize(count);
        assertThat(crc.getValue()).isEqualTo(Long.parseLong(sum, 16));
    }

    /** Every linear is a tensor of the model, under a path of tower, connector or decoder. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type': 'llava', 'text_config': {'vocab_size': 32064}, " + CLIP,
                ONEVISION,
                QWEN2,
                QWEN25,
                QWEN3
            })
    void linearsAreTensorsOfTheModel(String fields) {
        MultimodalConfig config = config(fields);
        assertThat(config.linears()).doesNotHaveDuplicates().allSatisfy(path -> {
            assertThat(config.expected()).containsKey(path + ".weight");
            assertThat(config.expected().get(path + ".weight")).hasSize(2);
        });
        assertThat(config.linears())
                .containsAll(config.names().linears(config.text()))
                .anyMatch(path -> path.startsWith(config.towerPath()))
                .anyMatch(path -> path.startsWith(config.connectorPath()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type': 'blip-2' | model_type is \"blip-2\" | qwen2_5_vl",
                "'model_type': 'llava_next', 'vision_feature_select_strategy': 'full', " + CLIP
                        + " | vision_feature_select_strategy | knows default",
                "'model_type': 'llava_onevision', 'image_token_index': 3, 'vision_aspect_ratio': 'anyres'"
                        + " | vision_aspect_ratio is \"anyres\" | anyres_max_N",
                "'model_type': 'llava_onevision', 'image_token_index': 3, 'vision_aspect_ratio': 'anyres_max_0'"
                        + " | anyres_max_0 | anyres_max_N",
                "'model_type': 'llava_onevision', 'image_token_index': 3, 'vision_feature_select_strategy': 'default'"
                        + " | vision_feature_select_strategy | no class token to leave out",
                "'model_type': 'qwen2_vl', 'hidden_size': 64, 'vision_config': {'hidden_size': 32}"
                        + " | hidden_size is 32 | hidden_size is 64",
                "'model_type': 'qwen2_5_vl', 'vision_config': {'window_size': 27} | window_size | 28 pixels",
                "'model_type': 'qwen2_5_vl', 'vision_config': {'num_heads': 5} | num_heads 5 | multiple of 4",
                "'model_type': 'qwen2_5_vl', 'vision_config': {'in_channels': 1} | in_channels | 3",
                "'model_type': 'qwen2_vl', 'image_token_id': 200000 | image_token_id is 200000 | 152064 rows",
                "'model_type': 'qwen3_vl', 'vision_config': {'num_position_embeddings': 2300}"
                        + " | num_position_embeddings is 2300 | no square",
                "'model_type': 'qwen3_vl', 'vision_config': {'depth': 20} | [8, 16, 24] | 20 blocks",
                "'model_type': 'qwen3_vl', 'text_config': {'num_hidden_layers': 2} | 2 layers | the 3 that pictures"
            })
    void whatCannotBeRunIsNamed(String fields, String what, String rule) {
        assertThatThrownBy(() -> config(fields))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(what)
                .hasMessageContaining(rule);
    }

    /** What an image processor's file of a Qwen leaves out is the class's, and what it says must fit the tower. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'patch_size': 16 | patch_size",
                "'merge_size': 4 | merge_size",
                "'temporal_patch_size': 1 | temporal_patch_size",
                "'do_resize': false | do_resize",
                "'min_pixels': 10000, 'max_pixels': 9999 | min_pixels is 10000, max_pixels 9999",
                "'size': {'shortest_edge': 5000, 'longest_edge': 4000} | min_pixels is 5000, max_pixels 4000",
                "'resample': 1 | resample is 1",
                "'image_std': [1, 0, 1] | image_std",
                "'image_mean': [0.5] | image_mean"
            })
    void anImageProcessorMustFitTheTower(String fields, String what) throws IOException {
        MultimodalConfig config = config(QWEN2);
        assertThat(config.preparation(folder, null)).isNotNull();
        Files.writeString(folder.resolve("preprocessor_config.json"), "{" + fields.replace('\'', '"') + "}");
        assertThatThrownBy(() -> config.preparation(folder, null))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("preprocessor_config.json")
                .hasMessageContaining(what);
    }

    @Test
    void everyFamilyIsFoundByItsTypeAndAFolderWithoutOneIsLlava() {
        assertThat(VisionFamilies.types())
                .containsExactly("llava", "llava_next", "llava_onevision", "qwen2_5_vl", "qwen2_vl", "qwen3_vl");
        assertThat(config("'image_token_index': 5").family()).isEqualTo("llava");
        assertThat(VisionFamilies.of("Llava")).isEmpty();
    }

    private MultimodalConfig config(String fields) {
        try {
            Files.writeString(folder.resolve("config.json"), "{" + fields.replace('\'', '"') + "}");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return VisionFamilies.config(folder);
    }
}
