package org.moslora.diffusion.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.Test;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Precision;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** The autoencoder against diffusers' AutoencoderKL. */
class AutoencoderGoldenTest {
    private final Problems problems = new Problems();

    @Test
    void encodesAndDecodesAsDiffusersDoes() {
        try (Golden golden = Golden.of("autoencoder");
                Autoencoder autoencoder = build(golden, Precision.FP32);
                Arena step = autoencoder.step()) {
            Moments moments = autoencoder.encode(step, Formula.array(step, "pixels", 2, 3, 6, 10));
            golden.check("mean", moments.mean(), Golden.FP32);
            golden.check("deviation", moments.deviation(), Golden.FP32);
            NDArray decoded = autoencoder.decode(step, Formula.array(step, "latents", 2, 4, 3, 5));
            golden.check("decoded", decoded, Golden.FP32);
        }
    }

    @Test
    void scalesLatentsForTheUNet() {
        try (Golden golden = Golden.of("autoencoder");
                Autoencoder autoencoder = build(golden, Precision.FP32);
                Arena step = autoencoder.step()) {
            Moments moments = new Moments(step.floats(new float[] {1, 2, 3, 4}, 1, 4, 1, 1), step.zeros(1, 4, 1, 1));
            assertThat(autoencoder.latents(step, moments, null).toFloatArray())
                    .containsExactly(0.375f, 0.875f, 1.375f, 1.875f);
            Moments wide = new Moments(moments.mean(), step.floats(new float[] {1, 1, 2, 2}, 1, 4, 1, 1));
            NDArray noise = step.floats(new float[] {1, -1, 1, -1}, 1, 4, 1, 1);
            assertThat(autoencoder.latents(step, wide, noise).toFloatArray())
                    .containsExactly(0.875f, 0.375f, 2.375f, 0.875f);
        }
    }

    @Test
    void computesInFp32WhereTheConfigForcesIt() {
        try (Golden golden = Golden.of("autoencoder");
                Autoencoder forced = build(golden, Precision.BF16)) {
            assertThat(forced.compute().precision()).isEqualTo(Precision.FP32);
        }
        String free = Golden.json("autoencoder").replaceFirst("\\{", "{\"force_upcast\": false, ");
        AutoencoderConfig config = AutoencoderConfig.read(ConfigSection.parse("vae", free, problems));
        try (Golden golden = Golden.of("autoencoder");
                Autoencoder autoencoder = build(config, Precision.BF16);
                Arena step = autoencoder.step()) {
            assertThat(autoencoder.compute().precision()).isEqualTo(Precision.BF16);
            NDArray decoded = autoencoder.decode(step, Formula.array(step, "latents", 2, 4, 3, 5));
            golden.check("decoded", decoded, 0.03);
        }
    }

    @Test
    void refusesSidesThatItCannotHalve() {
        try (Golden golden = Golden.of("autoencoder");
                Autoencoder autoencoder = build(golden, Precision.FP32);
                Arena step = autoencoder.step()) {
            assertThatThrownBy(() -> autoencoder.encode(step, Formula.array(step, "pixels", 1, 3, 6, 9)))
                    .hasMessageContaining("multiples of 2");
        }
    }

    @Test
    void leavesOnlyItsResults() {
        try (Golden golden = Golden.of("autoencoder");
                Autoencoder autoencoder = build(golden, Precision.FP32);
                Arena step = autoencoder.step()) {
            autoencoder.decode(step, Formula.array(step, "latents", 1, 4, 3, 5));
            assertThat(step.live()).isEqualTo(2);
        }
    }

    @Test
    void takesTheClassesDefaults() {
        AutoencoderConfig config = AutoencoderConfig.read(ConfigSection.parse("vae", "{}", problems));
        assertThat(problems.found()).isEmpty();
        assertThat(config.scalingFactor()).isEqualTo(0.18215);
        assertThat(config.forceUpcast()).isTrue();
        assertThat(config.shift()).containsOnly(0.0);
        AutoencoderConfig given = AutoencoderConfig.read(ConfigSection.parse(
                "vae",
                "{\"latents_mean\": [1, 2, 3, 4], \"latents_std\": [2, 2, 2, 2], \"use_quant_conv\": false}",
                problems));
        assertThat(given.shift()).containsExactly(1.0, 2.0, 3.0, 4.0);
        assertThat(AutoencoderNames.expected(given)).doesNotContainKey("quant_conv.weight");
    }

    @Test
    void namesWhatItDoesNotCompute() {
        AutoencoderConfig.read(ConfigSection.parse(
                "vae/config.json",
                "{\"act_fn\": \"relu\", \"down_block_types\": [\"AttnDownEncoderBlock2D\"], \"scaling_factor\": 0,"
                        + " \"norm_num_groups\": 48, \"latents_std\": [1], \"_class_name\": \"VQModel\"}",
                problems));
        assertThat(problems.found()).extracting(Problem::what).hasSize(6).allMatch(what -> what.length() > 10);
    }

    private Autoencoder build(Golden golden, Precision precision) {
        AutoencoderConfig config = AutoencoderConfig.read(golden.config(problems));
        problems.throwIfAny();
        return build(config, precision);
    }

    private static Autoencoder build(AutoencoderConfig config, Precision precision) {
        Engine.start(1);
        return new Autoencoder(
                config, Formula.of(AutoencoderNames.expected(config)), new Compute(Device.cpu(), precision));
    }
}
