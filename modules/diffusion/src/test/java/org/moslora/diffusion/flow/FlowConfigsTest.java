package org.moslora.diffusion.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Configs of Z-Image's and FLUX.2's transformers: the classes' defaults in diffusers 0.42.1, and what is refused. */
class FlowConfigsTest {
    private static ConfigSection section(String fields, Problems problems) {
        return ConfigSection.parse("transformer/config.json", "{" + fields.replace('\'', '"') + "}", problems);
    }

    @Test
    void zImagesDefaultsAreThoseOfItsClass() {
        Problems problems = new Problems();
        ZImageConfig config = ZImageConfig.read(section("", problems));
        assertThat(problems.found()).isEmpty();
        assertThat(config)
                .isEqualTo(new ZImageConfig(
                        16, 3840, 30, 2, 30, 1e-5, 2560, 256, 1000, List.of(32, 48, 48), List.of(1024, 512, 512)));
        assertThat(config.timeWidth()).isEqualTo(256);
        assertThat(config.inner()).isEqualTo(10240);
        assertThat(config.patchWidth()).isEqualTo(64);
    }

    @Test
    void flux2sDefaultsAreThoseOfItsClass() {
        Problems problems = new Problems();
        Flux2Config config = Flux2Config.read(section("'guidance_embeds': false", problems));
        assertThat(problems.found()).isEmpty();
        assertThat(config)
                .isEqualTo(new Flux2Config(128, 8, 48, 48, 128, 15360, 256, 3, 2000, List.of(32, 32, 32, 32)));
        assertThat(config.width()).isEqualTo(6144);
        assertThat(config.inner()).isEqualTo(18432);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'_class_name': 'LuminaNextDiT2DModel' | _class_name | ZImageTransformer2DModel",
                "'all_patch_size': [2, 4] | all_patch_size | [2]",
                "'all_f_patch_size': [2] | all_f_patch_size | [1]",
                "'qk_norm': false | qk_norm | true",
                "'siglip_feat_dim': 1152 | siglip_feat_dim | 1152",
                "'axes_dims': [64, 64] | axes_dims [64, 64] | three entries",
                "'axes_lens': [1, 2, 3, 4] | axes_lens [1, 2, 3, 4] | three entries",
                "'axes_dims': [31, 49, 48] | axes_dims [31, 49, 48] | even",
                "'axes_dims': [32, 48, 46] | axes_dims [32, 48, 46] | dim 3840 / n_heads 30",
                "'n_heads': 7 | n_heads 7 | add up",
                "'n_layers': 0 | n_layers | 0",
                "'dim': 'wide' | dim | wide"
            })
    void whatIsNotComputedOfZImageIsNamed(String fields, String what, String rule) {
        Problems problems = new Problems();
        ZImageConfig.read(section(fields, problems));
        named(problems, what, rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'_class_name': 'FluxTransformer2DModel' | _class_name | Flux2Transformer2DModel",
                "'patch_size': 2 | patch_size | 1",
                "'eps': 1e-5 | eps is 1.0E-5 | only 1.0E-6",
                "'guidance_embeds': true | guidance_embeds is true | klein",
                "'in_channels': 64, 'out_channels': 128 | out_channels | 64",
                "'axes_dims_rope': [32, 48, 48] | [32, 48, 48] | four even numbers",
                "'axes_dims_rope': [32, 32, 33, 31] | [32, 32, 33, 31] | four even numbers",
                "'attention_head_dim': 64 | [32, 32, 32, 32] | attention_head_dim 64"
            })
    void whatIsNotComputedOfFlux2IsNamed(String fields, String what, String rule) {
        String klein = fields.contains("guidance") ? fields : "'guidance_embeds': false, " + fields;
        Problems problems = new Problems();
        Flux2Config.read(section(klein, problems));
        named(problems, what, rule);
    }

    /** Whoever says nothing of guidance has FLUX.2 dev, whose class embeds it. */
    @Test
    void aSilentConfigOfFlux2IsDevs() {
        Problems problems = new Problems();
        Flux2Config.read(section("", problems));
        named(problems, "guidance_embeds", "dev");
    }

    private static void named(Problems problems, String what, String rule) {
        assertThat(problems.found())
                .singleElement()
                .extracting(Problem::toString)
                .satisfies(text -> assertThat(text)
                        .startsWith("transformer/config.json: ")
                        .contains(what)
                        .contains(rule));
    }
}
