package org.moslora.app.engine;

import java.util.Collections;
import java.util.List;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextReading;

/**
 * Measures both engines on the same step.
 *
 * @param traits of the model
 * @param width in pixels
 * @param height in pixels
 */
record StepTimer(PictureTraits traits, int width, int height) {
    private static final double TIMESTEP = 500;
    /** Words with and without guidance. */
    private static final int ROWS = 2;

    Timings measure(PictureEngine torch, PictureEngine onnx) {
        LatentShape shape = traits.space().shape(width, height);
        try (Denoiser.Session first = open(torch, shape);
                Denoiser.Session second = open(onnx, shape)) {
            float[] samples = new float[ROWS * shape.size()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (float) Math.sin(i);
            }
            return Timings.turnByTurn(() -> first.answer(samples, TIMESTEP), () -> second.answer(samples, TIMESTEP));
        }
    }

    private Denoiser.Session open(PictureEngine engine, LatentShape shape) {
        TextReading reading = new TextReading(0, traits.family().text().usual());
        PromptEmbedding words = engine.texts().of("", reading);
        List<Integer> sizes = List.of(height, width, 0, 0, height, width);
        return engine.denoiser()
                .open(new Conditions(
                        shape, Collections.nCopies(ROWS, words), sizes, Collections.nCopies(ROWS, traits.guidance())));
    }
}
