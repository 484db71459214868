package org.moslora.diffusion.mmdit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;

/** Gradients of adapters against differences of the loss, with dropout too: the same seed drops the same entries. */
class MmditGradientsTest {
    private static final double STEP = 2e-3;
    private static final long SEED = 64;

    @ParameterizedTest
    @CsvSource({
        "mmdit-flux, transformer_blocks.0.attn.add_k_proj, 0.3",
        "mmdit-flux, transformer_blocks.1.ff_context.net.2, 0.3",
        "mmdit-flux, single_transformer_blocks.0.proj_out, 0.3",
        "mmdit-flux, time_text_embed.guidance_embedder.linear_1, 0.3",
        "mmdit-sd35, transformer_blocks.0.attn2.to_out.0, 0.3",
        "mmdit-sd35, transformer_blocks.0.norm1.linear, 0.3",
        "mmdit-sd35, context_embedder, 0.3"
    })
    void equalTheSlopeOfTheLoss(String name, String site, double dropout) {
        Compute compute = TinyMmdit.compute(Precision.FP32);
        String path = MmditNames.COMPONENT + site;
        try (Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, other -> true, dropout);
            try (Mmdit model = TinyMmdit.build(name, adapters, compute)) {
                loss(model, true);
                for (boolean isDown : List.of(true, false)) {
                    NDArray factor = isDown
                            ? adapters.pairs().get(path).down()
                            : adapters.pairs().get(path).up();
                    NDArray gradient = isDown
                            ? adapters.gradients().get(path).down()
                            : adapters.gradients().get(path).up();
                    // Along the gradient itself, where the slope is its norm.
                    float[] direction = gradient.toFloatArray();
                    double norm = Math.sqrt(Adapted.dot(direction, direction));
                    double after = moved(owner, model, factor, direction, STEP / norm);
                    double before = moved(owner, model, factor, direction, -STEP / norm);
                    assertThat((after - before) / (2 * STEP))
                            .as("%s of %s", isDown ? "down" : "up", path)
                            .isCloseTo(norm, within(1e-2 * norm));
                }
            }
        }
    }

    private static double moved(Arena owner, Mmdit model, NDArray factor, float[] direction, double by) {
        float[] start = factor.toFloatArray();
        float[] there = start.clone();
        for (int i = 0; i < there.length; i++) {
            there[i] += (float) (by * direction[i]);
        }
        try (Arena moving = owner.child()) {
            Kernels.get().call(moving, "copied_into", factor, moving.floats(there, there.length));
            double loss = loss(model, false);
            Kernels.get().call(moving, "copied_into", factor, moving.floats(start, start.length));
            return loss;
        }
    }

    /** The prediction's dot product with a fixed tensor. */
    private static double loss(Mmdit model, boolean back) {
        try (Arena step = model.step()) {
            MmditPass pass = model.forward(step, TinyMmdit.latents(step), TinyMmdit.input(step), Long.MAX_VALUE, SEED);
            float[] prediction = pass.prediction().toFloatArray();
            if (back) {
                model.backward(step, pass, TinyMmdit.gradient(step), false);
            }
            return Adapted.dot(prediction, Formula.values("gradient", prediction.length, 1));
        }
    }
}
