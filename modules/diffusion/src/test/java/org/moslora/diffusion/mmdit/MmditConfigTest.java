package org.moslora.diffusion.mmdit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

class MmditConfigTest {
    /** Parameters and tensors of published transformers, by their true configs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"num_layers\": 24, \"num_attention_heads\": 24, \"caption_projection_dim\": 1536,"
                        + " \"pos_embed_max_size\": 192} | 2028328000 | 683",
                "{\"num_layers\": 24, \"num_attention_heads\": 24, \"caption_projection_dim\": 1536,"
                        + " \"pos_embed_max_size\": 384, \"qk_norm\": \"rms_norm\", \"dual_attention_layers\":"
                        + " [0,1,2,3,4,5,6,7,8,9,10,11,12]} | 2243171520 | 909",
                "{\"num_layers\": 38, \"num_attention_heads\": 38, \"caption_projection_dim\": 2432,"
                        + " \"pos_embed_max_size\": 192, \"qk_norm\": \"rms_norm\", \"dual_attention_layers\": []} | 8056627520 | 1227",
                "{\"guidance_embeds\": true} | 11901408320 | 1160",
                "{} | 11891178560 | 1156"
            })
    void knowsTheTensorsOfThePublishedTransformers(String json, long parameters, int tensors) {
        Problems problems = new Problems();
        ConfigSection section = ConfigSection.parse("config.json", json, problems);
        MmditConfig config = json.contains("num_layers")
                ? MmditConfigReader.stableDiffusion3(section)
                : MmditConfigReader.flux(section);
        assertThat(problems.found()).isEmpty();
        SortedMap<String, List<Long>> expected = MmditNames.expected(config);
        long counted = expected.entrySet().stream()
                .filter(tensor -> !tensor.getKey().equals(MmditNames.POSITIONS))
                .mapToLong(tensor -> tensor.getValue().stream().reduce(1L, (a, b) -> a * b))
                .sum();
        assertThat(counted).isEqualTo(parameters);
        assertThat(expected).hasSize(tensors);
    }

    @Test
    void namesWhatItDoesNotCompute() {
        Problems problems = new Problems();
        MmditConfigReader.flux(
                ConfigSection.parse("config.json", "{\"axes_dims_rope\": [2, 6, 6, 2], \"patch_size\": 2}", problems));
        MmditConfigReader.stableDiffusion3(ConfigSection.parse(
                "config.json",
                "{\"qk_norm\": \"layer_norm_across_heads\", \"dual_attention_layers\": [40],"
                        + " \"caption_projection_dim\": 7, \"out_channels\": 8}",
                problems));
        assertThat(problems.found()).hasSize(6);
        assertThat(problems.found().toString())
                .contains("axes_dims_rope", "[2, 6, 6, 2]", "layer_norm_across_heads", "qk_norm", "40");
    }
}
