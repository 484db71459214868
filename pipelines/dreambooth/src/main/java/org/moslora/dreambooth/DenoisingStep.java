package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.diffusion.schedule.ForwardProcess;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.DenoisingTarget;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.diffusion.unet.UNetPass;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TorchConditions;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * Forward and backward of micro-batches: noise is put on latents, the model is asked what it was, and the mean squared
 * error of its answer goes back through it.
 */
final class DenoisingStep {
    private final DreamBoothParts parts;
    private final DreamBoothRecipe recipe;
    private final ForwardProcess noise;

    DenoisingStep(DreamBoothParts parts) {
        this.parts = parts;
        this.recipe = parts.recipe;
        this.noise = parts.noise;
    }

    /** What the texts of a batch became, and what their backward pass needs where they are trained. */
    private record Read(Conditioning conditioning, TextEncoders.@Nullable Encoded encoded) {}

    /**
     * Adds the gradients of one micro-batch.
     *
     * @param share of the micro-batch in the step's loss
     * @param seed of its dropout masks
     * @return its loss
     */
    double learn(List<TrainingImage> shots, double share, long seed) {
        long kept = recipe.training().kept();
        try (Arena step = parts.unet.step()) {
            Latents.Batch batch = parts.latents.of(step, shots);
            TrainingNoise.Drawn drawn = parts.draws.next(step, shots, parts.unet.compute());
            NDArray clean = parts.latents.scale().latents(step, batch.moments(), drawn.own());
            DenoisingTarget lesson = DenoisingTarget.of(step, noise, clean, drawn.noise(), drawn.times());
            Read read = read(step, shots, batch.sizes(), drawn.times(), kept, seed);
            UNetPass pass = parts.unet.forward(step, lesson.noisy(), read.conditioning(), kept, seed);
            NDArray weights = step.floats(weights(shots, drawn.times()), shots.size());
            NDArray[] loss = Kernels.get()
                    .call(step, "denoising_loss", pass.prediction(), lesson.target(), batch.mask(), weights, share);
            double value = loss[0].getFloat();
            TextGradient text = parts.unet.backward(step, pass, loss[1], read.encoded() != null);
            if (text != null && read.encoded() != null) {
                parts.texts.encoders().backward(step, read.encoded(), text);
            }
            return value;
        }
    }

    private Read read(Arena step, List<TrainingImage> shots, List<Integer> sizes, long[] times, long kept, long seed) {
        List<Double> at = Arrays.stream(times).mapToObj(time -> (double) time).toList();
        if (recipe.textEncoder() == null) {
            List<PromptEmbedding> words =
                    shots.stream().map(shot -> parts.texts.of(shot.prompt(), 0)).toList();
            return new Read(
                    TorchConditions.of(step, parts.unet.config(), words, sizes).at(at), null);
        }
        List<List<int[]>> texts = shots.stream()
                .map(shot -> parts.model.tokens().ids(shot.prompt()))
                .toList();
        TextEncoders.Encoded encoded = parts.texts.encoders().forward(step, perEncoder(texts), 0, kept, ~seed);
        NDArray pooled = encoded.pooled();
        return new Read(
                new Conditioning(at, encoded.states(), pooled == null ? null : new Conditioning.Added(pooled, sizes)),
                encoded);
    }

    /** From the ids of each text to those of each encoder. */
    private static List<List<int[]>> perEncoder(List<List<int[]>> texts) {
        return java.util.stream.IntStream.range(0, texts.get(0).size())
                .mapToObj(encoder -> texts.stream().map(ids -> ids.get(encoder)).toList())
                .toList();
    }

    /** Each picture's part in the loss: the mean over the subjects' pictures, plus the class's by its weight. */
    private float[] weights(List<TrainingImage> shots, long[] times) {
        ClassBlock prior = recipe.prior();
        long ofClass = shots.stream().filter(TrainingImage::prior).count();
        double classWeight = prior == null ? 0 : prior.weight() / ofClass;
        double weight = 1.0 / (shots.size() - ofClass);
        float[] weights = new float[shots.size()];
        for (int i = 0; i < weights.length; i++) {
            double even = noise.minSnrWeight((int) times[i], recipe.loss().minSnrGamma());
            weights[i] = (float) (even * (shots.get(i).prior() ? classWeight : weight));
        }
        return weights;
    }
}
