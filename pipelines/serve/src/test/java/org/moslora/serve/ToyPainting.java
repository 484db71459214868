package org.moslora.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.LatentCoder;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.LatentSpace;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureLimits;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PlainNoise;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.TextReading;

/** An engine for pictures of noise that costs nothing and tells what was asked of it; an adapter called broken breaks it. */
final class ToyPainting implements PictureRunner, PromptEncoder, Denoiser, LatentCoder {
    final List<String> loaded = Collections.synchronizedList(new ArrayList<>());
    private volatile float weight;

    @Override
    public PictureTraits traits() {
        return new PictureTraits(
                Path.of("toy"),
                FamilyTraits.unet(false),
                new LatentSpace(4, 8),
                16,
                2,
                SchedulerConfig.stableDiffusion(Prediction.EPSILON),
                PictureLimits.NONE);
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public PictureEngine with(List<ScaledAdapter> adapters) {
        loaded.add(adapters.stream()
                .map(each -> each.path().getFileName() + "=" + each.weight())
                .toList()
                .toString());
        if (adapters.stream().anyMatch(each -> each.path().endsWith("broken"))) {
            throw new IllegalStateException("broken");
        }
        weight = (float) adapters.stream().mapToDouble(ScaledAdapter::weight).sum();
        return new PictureEngine(this, this, this, new PlainNoise(), null);
    }

    @Override
    public PromptEmbedding of(String text, TextReading reading) {
        return new PromptEmbedding(new float[] {text.hashCode() % 7 + weight}, null);
    }

    @Override
    public boolean zeroForNothing() {
        return false;
    }

    @Override
    public Session open(Conditions conditions) {
        return new Session() {
            @Override
            public float[] answer(float[] samples, double timestep) {
                float[] answers = samples.clone();
                int size = conditions.shape().size();
                for (int i = 0; i < answers.length; i++) {
                    answers[i] *= conditions.words().get(i / size).states()[0] / 8;
                }
                return answers;
            }

            @Override
            public void close() {
                // There is nothing to let go.
            }
        };
    }

    @Override
    public float[] decode(float[] latents, LatentShape shape) {
        float[] pixels = new float[3 * 64 * shape.height() * shape.width()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = latents[i % latents.length] / 60;
        }
        return pixels;
    }

    @Override
    public float[] encode(float[] pixels, float[] noise, LatentShape shape) {
        return noise;
    }

    @Override
    public void close() {
        loaded.add("closed");
    }
}
