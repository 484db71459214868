package org.moslora.diffusion.mmdit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.diffusion.Whole;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;

/** Whole transformers against diffusers: FLUX.1 with guidance, Stable Diffusion 3, and 3.5 with second attention. */
class MmditGoldenTest {
    @ParameterizedTest
    @ValueSource(strings = {"mmdit-flux", "mmdit-sd3", "mmdit-sd35"})
    void predictsAsDiffusersDoes(String name) {
        Compute compute = TinyMmdit.compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                Mmdit model = TinyMmdit.build(name, Linears.plain(), compute);
                Arena step = model.step()) {
            NDArray latents = TinyMmdit.latents(step);
            MmditInput input = TinyMmdit.input(step);
            golden.check("plain", model.predict(step, latents, input), Golden.FP32);
            int before = model.arena().live();
            try (Arena again = step.child()) {
                model.predict(again, latents, input);
            }
            assertThat(model.arena().live()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mmdit-flux", "mmdit-sd3", "mmdit-sd35"})
    void gathersTheGradientsOfEveryLinear(String name) {
        Compute compute = TinyMmdit.compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, path -> true, 0);
            try (Mmdit model = TinyMmdit.build(name, adapters, compute)) {
                // Everything kept, some blocks, nothing: the same gradients.
                for (long keep : List.of(Long.MAX_VALUE, 20_000L, 0L)) {
                    adapters.zero();
                    try (Arena step = model.step()) {
                        MmditPass pass = model.forward(step, TinyMmdit.latents(step), TinyMmdit.input(step), keep, 0);
                        golden.check("prediction", pass.prediction(), Golden.FP32);
                        TextGradient text = model.backward(step, pass, TinyMmdit.gradient(step), true);
                        golden.check("text", text.text(), Golden.FP32);
                        golden.check("pooled", text.pooled(), 10 * Golden.FP32);
                    }
                    Golden.check("the gradients", adapters.probes(), golden.get("probes"), Golden.FP32);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mmdit-flux", "mmdit-sd3", "mmdit-sd35"})
    void gathersTheGradientOfEveryTensorThatIsTrainedWhole(String name) {
        Compute compute = TinyMmdit.compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (Mmdit model = TinyMmdit.build(name, whole, compute);
                    Arena step = model.step()) {
                MmditPass pass = model.forward(step, TinyMmdit.latents(step), TinyMmdit.input(step), 0, 0);
                assertThat(model.backward(step, pass, TinyMmdit.gradient(step), false))
                        .isNull();
                whole.check(golden.get("whole.probes"));
            }
        }
    }

    /** However little learns, the way back reaches it and goes no further. */
    @ParameterizedTest
    @CsvSource({
        "mmdit-flux, .*proj_out",
        "mmdit-flux, .*single_transformer_blocks\\.1\\.attn\\.to_k",
        "mmdit-flux, .*transformer_blocks\\.0\\.norm1_context\\.linear",
        "mmdit-flux, .*x_embedder",
        "mmdit-flux, .*guidance_embedder\\.linear_2",
        "mmdit-sd35, .*norm_out\\.linear",
        "mmdit-sd35, .*transformer_blocks\\.2\\.norm1_context\\.linear",
        "mmdit-sd35, .*transformer_blocks\\.0\\.attn2\\.to_q",
        "mmdit-sd35, .*pos_embed\\.proj",
        "mmdit-sd35, .*context_embedder"
    })
    void goesBackOnlyAsFarAsSomethingLearns(String name, String trained) {
        Compute compute = TinyMmdit.compute(Precision.FP32);
        try (Arena owner = Arena.open(compute)) {
            Adapted all = new Adapted(owner, compute, path -> true, 0);
            Adapted some = new Adapted(owner, compute, path -> path.matches(trained), 0);
            for (Adapted adapters : List.of(all, some)) {
                try (Mmdit model = TinyMmdit.build(name, adapters, compute);
                        Arena step = model.step()) {
                    MmditPass pass =
                            model.forward(step, TinyMmdit.latents(step), TinyMmdit.input(step), Long.MAX_VALUE, 0);
                    model.backward(step, pass, TinyMmdit.gradient(step), false);
                }
            }
            assertThat(some.gradients()).isNotEmpty();
            some.gradients().forEach((path, gradient) -> {
                float[] expected = all.gradients().get(path).down().toFloatArray();
                Golden.check(path, gradient.down().toFloatArray(), expected, Golden.FP32);
            });
        }
    }

    @Test
    void predictsInBfloat16WithinItsRounding() {
        Compute compute = TinyMmdit.compute(Precision.BF16);
        for (String name : List.of("mmdit-flux", "mmdit-sd35")) {
            try (Golden golden = Golden.of(name);
                    Arena owner = Arena.open(compute)) {
                Adapted adapters = new Adapted(owner, compute, path -> true, 0);
                try (Mmdit model = TinyMmdit.build(name, adapters, compute);
                        Arena step = model.step()) {
                    MmditPass pass = model.forward(step, TinyMmdit.latents(step), TinyMmdit.input(step), 0, 0);
                    golden.check("prediction", pass.prediction(), 0.05);
                    model.backward(step, pass, TinyMmdit.gradient(step), false);
                    assertThat(Golden.error(adapters.probes(), golden.get("probes")))
                            .isLessThan(0.2);
                }
            }
        }
    }

    @Test
    void refusesWhatItCannotRead() {
        Compute compute = TinyMmdit.compute(Precision.FP32);
        try (Mmdit model = TinyMmdit.build("mmdit-sd3", Linears.plain(), compute);
                Arena step = model.step()) {
            MmditInput input = TinyMmdit.input(step);
            assertThatThrownBy(() -> model.predict(step, Formula.array(step, "latents", 2, 4, 5, 4), input))
                    .hasMessageContaining("even");
            assertThatThrownBy(() -> model.predict(step, Formula.array(step, "latents", 2, 4, 12, 4), input))
                    .hasMessageContaining("positions for 10 a side");
            MmditInput narrow =
                    new MmditInput(input.times(), Formula.array(step, "text", 2, 3, 9), input.pooled(), List.of());
            assertThatThrownBy(() -> model.predict(step, TinyMmdit.latents(step), narrow))
                    .hasMessageContaining("widths of 10 and 6");
        }
    }
}
