package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.DenoiserQuestion;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.TextStates;
import org.moslora.generation.image.TorchNoise;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.training.recipe.ValidationBlock;

/**
 * The loss on pictures that are not learnt from: always the same pixels, noise and timesteps, so that it differs from one
 * validation to the next by what was learnt alone. The timesteps stand in the middle of equal parts of all.
 */
final class HeldBackLoss {
    private static final int TIMES = 4;

    private final DreamBoothParts parts;
    private final ValidationBlock block;
    private final List<TrainingImage> images;
    private final Latents latents;

    HeldBackLoss(DreamBoothParts parts, HeldBackPictures pictures) {
        this.parts = parts;
        this.block = parts.recipe.validation();
        this.images = pictures.images();
        this.latents = pictures.latents();
    }

    /** The loss after a step, if it is time to look and there is anything to look at. */
    OptionalDouble after(int step) {
        boolean due = step % block.every() == 0 || step == parts.steps;
        if (!due || images.isEmpty()) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        try (Arena folding = parts.denoiser.step()) {
            parts.adapters.materializeForInference(folding);
            for (int i = 0; i < images.size(); i++) {
                for (int part = 0; part < TIMES; part++) {
                    sum += loss(i, part);
                }
            }
        }
        return OptionalDouble.of(sum / (images.size() * TIMES));
    }

    private double loss(int index, int part) {
        TrainingImage image = images.get(index);
        try (Arena step = parts.denoiser.step()) {
            Latents.Batch batch = latents.of(step, List.of(image));
            LatentShape shape = parts.model
                    .traits()
                    .space()
                    .shape(image.size().width(), image.size().height());
            Objective.NoisyInput input =
                    noisyInput(step, batch, shape, part, block.seed() + (long) index * TIMES + part);
            DenoiserQuestion question = new DenoiserQuestion(
                    input.noisy(),
                    Arrays.stream(input.times()).boxed().toList(),
                    new TextStates.Frozen(List.of(parts.texts.of(image.prompt()))),
                    batch.sizes(),
                    parts.recipe.told(parts.model),
                    0,
                    0);
            NDArray prediction = parts.denoiser.ask(step, question).prediction();
            NDArray weights = step.floats(new float[] {(float) input.weights()[0]}, 1);
            return Kernels.get()
                    .call(step, "denoising_loss", prediction, input.target(), batch.mask(), weights, 1.0)[0]
                    .getFloat();
        }
    }

    private Objective.NoisyInput noisyInput(Arena step, Latents.Batch batch, LatentShape shape, int part, long seed) {
        NDArray mean = floats(step, new float[shape.size()], shape);
        NDArray noise = floats(step, new TorchNoise().draw(seed, 1, shape).get(0), shape);
        NDArray place = parts.objective.place(step, (part + 0.5) / TIMES);
        NDArray clean = latents.scale().latents(step, batch.moments(), mean);
        return parts.objective.noisyInput(step, clean, new Objective.Drawn(mean, noise, place));
    }

    private static NDArray floats(Arena step, float[] values, LatentShape shape) {
        return step.floats(values, 1, shape.channels(), shape.height(), shape.width());
    }
}
