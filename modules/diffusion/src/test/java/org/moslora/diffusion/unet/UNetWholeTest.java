package org.moslora.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Golden;
import org.moslora.diffusion.Whole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Precision;

/** UNets that are trained whole: the gradient of every tensor against diffusers and autograd. */
class UNetWholeTest {
    @ParameterizedTest
    @CsvSource({"unet-1, true", "unet-1, false", "unet-2, true", "unet-xl, true", "unet-xl, false"})
    void gathersTheGradientOfEveryTensor(String name, boolean kept) {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (UNet unet = TinyUNet.build(name, whole, compute)) {
                assertThat(whole.gradients().keySet()).isEqualTo(names(unet.config()));
                backward(unet, kept ? Long.MAX_VALUE : 0);
                whole.check(golden.get("whole.probes"));
            }
        }
    }

    /** However little learns, the way back reaches it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv_norm_out",
                "conv_in",
                "time_embedding.linear_1",
                "mid_block.attentions.0.norm.",
                "mid_block.attentions.0.transformer_blocks.0.norm1",
                "up_blocks.1.resnets.1.norm1",
                "up_blocks.1.resnets.0.conv_shortcut"
            })
    void reachesWhateverLearns(String part) {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (Arena owner = Arena.open(compute)) {
            Whole all = new Whole(owner, compute, tensor -> true);
            Whole some = new Whole(owner, compute, tensor -> tensor.startsWith(UNetNames.COMPONENT + part));
            for (Whole whole : new Whole[] {all, some}) {
                try (UNet unet = TinyUNet.build("unet-1", whole, compute)) {
                    backward(unet, Long.MAX_VALUE);
                }
            }
            assertThat(some.gradients()).isNotEmpty();
            some.gradients()
                    .forEach((name, gradient) -> Golden.check(
                            name,
                            gradient.toFloatArray(),
                            all.gradients().get(name).toFloatArray(),
                            Golden.FP32));
        }
    }

    @Test
    void gathersThemInFp32WhereItComputesInBf16() {
        Compute compute = TinyUNet.compute(Precision.BF16);
        try (Golden golden = Golden.of("unet-1");
                Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (UNet unet = TinyUNet.build("unet-1", whole, compute)) {
                backward(unet, Long.MAX_VALUE);
                float[] expected = golden.get("whole.probes");
                int row = 0;
                for (String name : whole.gradients().keySet()) {
                    double norm = expected[2 * row++ + 1];
                    float[] gradient = whole.gradients().get(name).toFloatArray();
                    double own = Math.sqrt(Adapted.dot(gradient, gradient));
                    assertThat(Math.abs(own - norm)).as(name).isLessThan(0.1 * norm + 0.05);
                }
            }
        }
    }

    private static Set<String> names(UNetConfig config) {
        return UNetNames.expected(config).keySet().stream()
                .map(name -> UNetNames.COMPONENT + name)
                .collect(Collectors.toSet());
    }

    private static void backward(UNet unet, long keep) {
        try (Arena step = unet.step()) {
            UNetPass pass =
                    unet.forward(step, TinyUNet.latents(step), TinyUNet.conditioning(step, unet.config()), keep, 0);
            unet.backward(step, pass, TinyUNet.gradient(step), false);
        }
    }
}
