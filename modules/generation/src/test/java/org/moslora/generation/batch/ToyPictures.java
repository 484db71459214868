package org.moslora.generation.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.moslora.problems.InvalidInput;

/** An engine that costs nothing, whose pictures depend on words, seed, adapters, and place in a batch. */
final class ToyPictures implements PictureRunner, PromptEncoder, Denoiser, LatentCoder {
    final List<String> loaded = new ArrayList<>();
    final List<Integer> batches = new ArrayList<>();
    private final int batch;
    private double weight;

    /** @param batch how many pictures of one pass it paints best */
    ToyPictures(int batch) {
        this.batch = batch;
    }

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
        return batch;
    }

    @Override
    public Map<String, String> said() {
        return Map.of("Version", "toy");
    }

    @Override
    public PictureEngine with(List<ScaledAdapter> adapters) {
        weight = 0;
        for (ScaledAdapter adapter : adapters) {
            if (!Files.exists(adapter.path())) {
                throw new InvalidInput(adapter.path().toString(), "there is none");
            }
            weight += adapter.weight();
        }
        loaded.add(String.valueOf(weight));
        return new PictureEngine(this, this, this, new PlainNoise(), null);
    }

    @Override
    public PromptEmbedding of(String text, TextReading reading) {
        return new PromptEmbedding(new float[] {text.hashCode() % 7 + reading.clipSkip()}, null);
    }

    @Override
    public boolean zeroForNothing() {
        return false;
    }

    @Override
    public Session open(Conditions conditions) {
        batches.add(conditions.words().size());
        return new Session() {
            @Override
            public float[] answer(float[] samples, double timestep) {
                int size = conditions.shape().size();
                float[] answers = new float[samples.length];
                for (int i = 0; i < answers.length; i++) {
                    float word = conditions.words().get(i / size).states()[0];
                    // As sums of libraries do, numbers depend a little on where in a batch they are.
                    answers[i] = samples[i] * (word + (float) weight) / 8 + i / size * 1e-1f;
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
        float[] latents = noise.clone();
        for (int i = 0; i < latents.length; i++) {
            latents[i] = latents[i] / 10 + pixels[i % pixels.length];
        }
        return latents;
    }

    @Override
    public void close() {
        // There is nothing to let go.
    }
}
