package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.DenoisingTarget;
import org.moslora.diffusion.unet.UNetPass;
import org.moslora.examples.subject.Captions;
import org.moslora.examples.subject.Crop;
import org.moslora.examples.subject.Framing;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPlan;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.TorchConditions;
import org.moslora.generation.image.TorchNoise;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;
import org.moslora.training.recipe.ValidationBlock;

/**
 * The loss on pictures that are not learnt from: always the same pixels, noise and timesteps, so that it differs from one
 * validation to the next by what was learnt alone. The timesteps stand in the middle of equal parts of all.
 */
final class HeldBackLoss implements AutoCloseable {
    private static final int TIMES = 4;

    private final DreamBoothParts parts;
    private final ValidationBlock block;
    private final List<TrainingImage> shots;
    private final Latents latents;

    /** Encodes the pictures; the texts are left to {@link #prompts}. */
    HeldBackLoss(DreamBoothParts parts, List<Subject> subjects) {
        this.parts = parts;
        this.block = parts.recipe.validation();
        Framing own = parts.recipe.framing();
        Framing fixed = new Framing(own.resolution(), Crop.CENTER, false, own.buckets());
        this.shots = shots(subjects, fixed);
        this.latents = new Latents(
                parts.model.files(), fixed, new Compute(parts.unet.compute().device(), Precision.FP32));
        latents.fill(shots);
    }

    private List<TrainingImage> shots(List<Subject> subjects, Framing framing) {
        int count = subjects.stream()
                .mapToInt(subject -> subject.pictures().pictures().size())
                .sum();
        if (count == 0) {
            return List.of();
        }
        Captions captions = new Captions(parts.recipe.captions().use(), 0, false);
        SubjectPlan.Setting once = new SubjectPlan.Setting(false, 1, count, block.seed(), captions, framing);
        return new SubjectPlan(subjects, null, once)
                .step(0).stream().flatMap(List::stream).toList();
    }

    /** Every text that is asked with. */
    List<String> prompts() {
        return shots.stream().map(TrainingImage::prompt).distinct().toList();
    }

    /** The loss after a step, if it is time to look and there is anything to look at. */
    OptionalDouble after(int step) {
        boolean due = step % block.every() == 0 || step == parts.steps;
        if (!due || shots.isEmpty()) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        try (Arena folding = parts.unet.step()) {
            parts.adapters.materializeForInference(folding);
            for (int i = 0; i < shots.size(); i++) {
                for (int part = 0; part < TIMES; part++) {
                    sum += loss(i, part);
                }
            }
        }
        return OptionalDouble.of(sum / (shots.size() * TIMES));
    }

    private double loss(int shot, int part) {
        TrainingImage image = shots.get(shot);
        long[] times = {(long) ((part + 0.5) / TIMES * parts.noise.timesteps())};
        try (Arena step = parts.unet.step()) {
            Latents.Batch batch = latents.of(step, List.of(image));
            LatentShape shape = parts.model
                    .traits()
                    .space()
                    .shape(image.size().width(), image.size().height());
            NDArray none = floats(step, new float[shape.size()], shape);
            NDArray clean = latents.scale().latents(step, batch.moments(), none);
            long seed = block.seed() + (long) shot * TIMES + part;
            float[] drawn = new TorchNoise().draw(seed, 1, shape).get(0);
            DenoisingTarget lesson = DenoisingTarget.of(step, parts.noise, clean, floats(step, drawn, shape), times);
            Conditioning words = TorchConditions.of(
                            step, parts.unet.config(), List.of(parts.texts.of(image.prompt(), 0)), batch.sizes())
                    .at(new ArrayList<>(
                            Arrays.stream(times).asDoubleStream().boxed().toList()));
            UNetPass pass = parts.unet.forward(step, lesson.noisy(), words, 0, 0);
            NDArray weights = step.floats(
                    new float[] {
                        (float) parts.noise.minSnrWeight(
                                (int) times[0], parts.recipe.loss().minSnrGamma())
                    },
                    1);
            return Kernels.get()
                    .call(step, "denoising_loss", pass.prediction(), lesson.target(), batch.mask(), weights, 1.0)[0]
                    .getFloat();
        }
    }

    private static NDArray floats(Arena step, float[] values, LatentShape shape) {
        return step.floats(values, 1, shape.channels(), shape.height(), shape.width());
    }

    @Override
    public void close() {
        latents.close();
    }
}
