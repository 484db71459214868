package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.DenoiserAnswer;
import org.moslora.generation.image.DenoiserQuestion;
import org.moslora.generation.image.TextStates;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * Forward and backward of micro-batches: the objective puts noise on latents, the model is asked what the objective wants
 * to know, and the mean squared error of its answer goes back through it.
 */
final class DenoisingStep {
    private final DreamBoothParts parts;
    private final DreamBoothRecipe recipe;

    DenoisingStep(DreamBoothParts parts) {
        this.parts = parts;
        this.recipe = parts.recipe;
    }

    /**
     * Adds the gradients of one micro-batch.
     *
     * @param share of the micro-batch in the step's loss
     * @param seed of its dropout masks
     * @return its loss
     */
    double learn(List<TrainingImage> images, double share, long seed) {
        long kept = recipe.training().kept();
        try (Arena step = parts.denoiser.step()) {
            Latents.Batch batch = parts.latents.of(step, images);
            Objective.Drawn drawn = parts.noise.next(step, images, parts.denoiser.compute());
            NDArray clean = parts.latents.scale().latents(step, batch.moments(), drawn.own());
            Objective.NoisyInput input = parts.objective.noisyInput(step, clean, drawn);
            TextStates text = text(step, images, kept, seed);
            List<Double> times = Arrays.stream(input.times()).boxed().toList();
            DenoiserAnswer answer = parts.denoiser.ask(
                    step,
                    new DenoiserQuestion(
                            input.noisy(), times, text, batch.sizes(), recipe.told(parts.model), kept, seed));
            NDArray weights = step.floats(weights(images, input.weights()), images.size());
            NDArray[] loss = Kernels.get()
                    .call(step, "denoising_loss", answer.prediction(), input.target(), batch.mask(), weights, share);
            double value = loss[0].getFloat();
            TextGradient gradient = answer.backward(step, loss[1]);
            if (gradient != null && text instanceof TextStates.Trained trained) {
                parts.texts.encoders().backward(step, trained.encoded(), gradient);
            }
            return value;
        }
    }

    private TextStates text(Arena step, List<TrainingImage> images, long kept, long seed) {
        if (recipe.textEncoder() == null) {
            return new TextStates.Frozen(
                    images.stream().map(image -> parts.texts.of(image.prompt())).toList());
        }
        List<String> prompts = images.stream().map(TrainingImage::prompt).toList();
        return new TextStates.Trained(parts.texts.encoders().forward(step, parts.texts.ids(prompts), 0, kept, ~seed));
    }

    /** Each picture's part in the loss: the mean over the subjects' pictures, plus the class's by its weight. */
    private float[] weights(List<TrainingImage> images, double[] own) {
        ClassBlock prior = recipe.prior();
        long ofClass = images.stream().filter(TrainingImage::prior).count();
        double classWeight = prior == null ? 0 : prior.weight() / ofClass;
        double weight = 1.0 / (images.size() - ofClass);
        float[] weights = new float[images.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (own[i] * (images.get(i).prior() ? classWeight : weight));
        }
        return weights;
    }
}
