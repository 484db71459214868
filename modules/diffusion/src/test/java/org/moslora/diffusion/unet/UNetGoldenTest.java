package org.moslora.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;

/** The whole UNet against diffusers: 1×1 and linear projections, unequal levels, stacks of three, sizes that are odd. */
class UNetGoldenTest {
    @ParameterizedTest
    @ValueSource(strings = {"unet-1", "unet-2", "unet-xl"})
    void predictsAsDiffusersDoes(String name) {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                UNet unet = TinyUNet.build(name, Linears.plain(), compute);
                Arena step = unet.step()) {
            Conditioning conditioning = TinyUNet.conditioning(step, unet.config());
            golden.check("plain", unet.predict(step, TinyUNet.latents(step), conditioning), Golden.FP32);
            UNetPass pass = unet.forward(step, TinyUNet.latents(step), conditioning, 0, 0);
            golden.check("plain", pass.prediction(), Golden.FP32);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-1", "unet-2", "unet-xl"})
    void gathersTheGradientsOfEveryLinearAndConvolution(String name) {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, path -> true, 0);
            try (UNet unet = TinyUNet.build(name, adapters, compute)) {
                // Everything kept, some blocks, nothing: the same gradients.
                for (long keep : List.of(Long.MAX_VALUE, 20_000L, 0L)) {
                    adapters.zero();
                    try (Arena step = unet.step()) {
                        UNetPass pass = unet.forward(
                                step, TinyUNet.latents(step), TinyUNet.conditioning(step, unet.config()), keep, 0);
                        golden.check("prediction", pass.prediction(), Golden.FP32);
                        TextGradient text = unet.backward(step, pass, TinyUNet.gradient(step), true);
                        golden.check("text", text.text(), Golden.FP32);
                        if (unet.config().added() != null) {
                            golden.check("pooled", text.pooled(), 10 * Golden.FP32);
                        }
                    }
                    Golden.check("the gradients", adapters.probes(), golden.get("probes"), Golden.FP32);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".*up_blocks\\.1\\.resnets\\.1\\.conv2",
                ".*mid_block.*attn2\\.to_k",
                ".*up_blocks\\.0.*transformer_blocks\\.1\\.attn1.*",
                ".*down_blocks\\.0\\.downsamplers.*",
                ".*down_blocks\\.0\\.resnets\\.0\\.time_emb_proj",
                ".*add_embedding\\.linear_2",
                ".*conv_in",
                ".*(conv_out|upsamplers.*)"
            })
    void goesBackOnlyAsFarAsSomethingLearns(String trained) {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (Golden golden = Golden.of("unet-xl");
                Arena owner = Arena.open(compute)) {
            Adapted all = new Adapted(owner, compute, path -> true, 0);
            Adapted some = new Adapted(owner, compute, path -> path.matches(trained), 0);
            backward(all, compute);
            backward(some, compute);
            assertThat(some.gradients()).isNotEmpty();
            some.gradients().forEach((path, gradient) -> {
                float[] expected = all.gradients().get(path).down().toFloatArray();
                Golden.check(path, gradient.down().toFloatArray(), expected, Golden.FP32);
            });
            assertThat(golden.source().names()).contains("probes");
        }
    }

    private static void backward(Adapted adapters, Compute compute) {
        try (UNet unet = TinyUNet.build("unet-xl", adapters, compute);
                Arena step = unet.step()) {
            UNetPass pass = unet.forward(
                    step, TinyUNet.latents(step), TinyUNet.conditioning(step, unet.config()), Long.MAX_VALUE, 0);
            assertThat(unet.backward(step, pass, TinyUNet.gradient(step), false))
                    .isNull();
        }
    }

    @Test
    void predictsInBfloat16WithinItsRounding() {
        Compute compute = TinyUNet.compute(Precision.BF16);
        try (Golden golden = Golden.of("unet-xl");
                Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, path -> true, 0);
            try (UNet unet = TinyUNet.build("unet-xl", adapters, compute);
                    Arena step = unet.step()) {
                UNetPass pass =
                        unet.forward(step, TinyUNet.latents(step), TinyUNet.conditioning(step, unet.config()), 0, 0);
                golden.check("prediction", pass.prediction(), 0.03);
                unet.backward(step, pass, TinyUNet.gradient(step), false);
                float[] expected = golden.get("probes");
                assertThat(Golden.error(adapters.probes(), expected)).isLessThan(0.2);
            }
        }
    }

    @Test
    void leavesNothingBehind() {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (UNet unet = TinyUNet.build("unet-1", Linears.plain(), compute)) {
            int before = unet.arena().live();
            for (int i = 0; i < 3; i++) {
                try (Arena step = unet.step()) {
                    Conditioning conditioning = TinyUNet.conditioning(step, unet.config());
                    int made = step.live();
                    unet.predict(step, TinyUNet.latents(step), conditioning);
                    // The latents and the prediction.
                    assertThat(step.live()).isEqualTo(made + 2);
                }
            }
            assertThat(unet.arena().live()).isEqualTo(before);
        }
    }

    @Test
    void refusesWhatItCannotRead() {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (UNet unet = TinyUNet.build("unet-1", Linears.plain(), compute);
                Arena step = unet.step()) {
            Conditioning narrow = new Conditioning(List.of(1.0, 2.0), Formula.array(step, "text", 2, 3, 5));
            assertThatThrownBy(() -> unet.predict(step, TinyUNet.latents(step), narrow))
                    .hasMessageContaining("text of width 5")
                    .hasMessageContaining("width 6");
            Conditioning right = TinyUNet.conditioning(step, unet.config());
            assertThatThrownBy(() -> unet.predict(step, Formula.array(step, "latents", 2, 9, 4, 4), right))
                    .hasMessageContaining("[B, 4, h, w]");
        }
    }
}
