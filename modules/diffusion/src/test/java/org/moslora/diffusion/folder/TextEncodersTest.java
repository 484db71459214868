package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.diffusion.text.TextPass;
import org.moslora.diffusion.text.TextRequest;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.diffusion.unet.UNet;
import org.moslora.diffusion.unet.UNetPass;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;

/** The text encoders as a model reads them, and the way of a gradient from the UNet's loss into their adapters. */
class TextEncodersTest {
    private static final List<int[]> FIRST = List.of(new int[] {1, 5, 19, 3}, new int[] {2, 19, 0, 0});
    private static final List<int[]> SECOND = List.of(new int[] {4, 19, 7, 7}, new int[] {6, 9, 19, 0});
    private static final double STEP = 1e-2;

    @TempDir
    Path folder;

    @Test
    void joinsTheStatesOfXl() {
        Engine.start(1);
        try (StableDiffusion model = StableDiffusion.open(TinyModel.large().write(folder));
                TextEncoders encoders = model.buildTextEncoders(Linears.plain(), Compute.cpu());
                Arena step = encoders.step()) {
            TextEncoders.Encoded encoded = encoders.encode(step, List.of(FIRST, SECOND), 0);
            assertThat(encoded.states().getShape().getShape()).containsExactly(8, 128);
            TextEncoder second = encoders.all().get(1);
            TextPass alone = second.encode(step, SECOND, TextRequest.xl(0, true));
            NDArray right = Kernels.get().one(step, "columns", encoded.states(), 64, 64);
            assertThat(right.toFloatArray()).containsExactly(alone.states().toFloatArray());
            assertThat(encoded.pooled().getShape().getShape()).containsExactly(2, 20);
        }
    }

    @Test
    void readsTheLastStatesOfOneEncoder() {
        Engine.start(1);
        try (StableDiffusion model = StableDiffusion.open(TinyModel.first().write(folder));
                TextEncoders encoders = model.buildTextEncoders(Linears.plain(), Compute.cpu());
                Arena step = encoders.step()) {
            TextEncoders.Encoded encoded = encoders.encode(step, List.of(FIRST), 1);
            TextPass alone = encoders.all().get(0).encode(step, FIRST, TextRequest.plain(1));
            assertThat(encoded.states().toFloatArray())
                    .containsExactly(alone.states().toFloatArray());
            assertThat(encoded.pooled()).isNull();
        }
    }

    @Test
    void learnFromTheLossOfTheUNet() {
        Engine.start(1);
        Compute compute = Compute.cpu();
        try (Arena owner = Arena.open(compute);
                StableDiffusion model = StableDiffusion.open(TinyModel.large().write(folder))) {
            Adapted adapters = new Adapted(owner, compute, path -> true, 0);
            try (TextEncoders encoders = model.buildTextEncoders(adapters, compute);
                    UNet unet = model.buildUNet(Linears.plain(), compute)) {
                loss(encoders, unet, true);
                for (String path : List.of(
                        "text_encoder.text_model.encoder.layers.0.self_attn.v_proj",
                        "text_encoder_2.text_model.encoder.layers.0.mlp.fc1",
                        "text_encoder_2.text_projection")) {
                    NDArray up = adapters.pairs().get(path).up();
                    float[] gradient = adapters.gradients().get(path).up().toFloatArray();
                    double norm = Math.sqrt(Adapted.dot(gradient, gradient));
                    assertThat(norm).isPositive();
                    double after = moved(owner, up, gradient, STEP / norm, encoders, unet);
                    double before = moved(owner, up, gradient, -STEP / norm, encoders, unet);
                    assertThat((after - before) / (2 * STEP)).as(path).isCloseTo(norm, within(3e-2 * norm));
                }
            }
        }
    }

    private static double moved(
            Arena owner, NDArray factor, float[] direction, double by, TextEncoders encoders, UNet unet) {
        float[] start = factor.toFloatArray();
        float[] there = start.clone();
        for (int i = 0; i < there.length; i++) {
            there[i] += (float) (by * direction[i]);
        }
        try (Arena moving = owner.child()) {
            Kernels.get().call(moving, "copied_into", factor, moving.floats(there, there.length));
            double loss = loss(encoders, unet, false);
            Kernels.get().call(moving, "copied_into", factor, moving.floats(start, start.length));
            return loss;
        }
    }

    private static double loss(TextEncoders encoders, UNet unet, boolean back) {
        try (Arena step = unet.step()) {
            TextEncoders.Encoded encoded = encoders.forward(step, List.of(FIRST, SECOND), 0, Long.MAX_VALUE, 0);
            Conditioning.Added added =
                    new Conditioning.Added(encoded.pooled(), List.of(8, 8, 0, 0, 8, 8, 9, 9, 0, 1, 8, 8));
            Conditioning conditioning = new Conditioning(List.of(5.0, 700.0), encoded.states(), added);
            UNetPass pass = unet.forward(step, Formula.array(step, "latents", 2, 4, 4, 4), conditioning, 0, 0);
            float[] prediction = pass.prediction().toFloatArray();
            if (back) {
                TextGradient gradient = unet.backward(step, pass, Formula.array(step, "gradient", 2, 4, 4, 4), true);
                encoders.backward(step, encoded, gradient);
            }
            return Adapted.dot(prediction, Formula.values("gradient", prediction.length, 1));
        }
    }
}
