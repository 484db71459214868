package org.moslora.diffusion.mmdit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Slopes;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Precision;

/** Gradients of adapters against differences of the loss, with dropout too: the same seed drops the same entries. */
class MmditGradientsTest {
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
                Slopes.mustBeGradients(owner, adapters, path, () -> loss(model, false));
            }
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
