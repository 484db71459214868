package org.moslora.llava;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.LlavaKeys;

class LlavaNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2"})
    void theExpectedTensorsAreThoseThatTransformersSaves(String name) {
        SortedMap<String, List<Long>> saved = new TreeMap<>();
        try (WeightSource source = SafetensorsFile.open(GoldenModel.path(name).resolve("model.safetensors"))) {
            source.names()
                    .forEach(key -> saved.put(
                            LlavaKeys.llava().canonical(key), source.info(key).shape()));
        }
        assertThat(LlavaNames.expected(LlavaFolder.config(GoldenModel.path(name))))
                .isEqualTo(saved);
    }

    @Test
    void towerLayersPastTheFeatureLayerHaveNoLinears() {
        List<String> linears = LlavaNames.linears(LlavaFolder.config(GoldenModel.path("llama")));
        // Two of three tower blocks with six linears each, the projector's two, two decoder blocks of seven.
        assertThat(linears).hasSize(2 * 6 + 2 + 2 * 7).doesNotHaveDuplicates();
        assertThat(linears)
                .contains(
                        "model.vision_tower.encoder.layers.1.mlp.fc2",
                        "model.multi_modal_projector.linear_1",
                        "model.language_model.layers.1.mlp.down_proj")
                .noneMatch(path -> path.contains("encoder.layers.2."))
                .noneMatch(path -> path.contains("embed"));
    }
}
