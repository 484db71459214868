package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.UNet;
import org.moslora.diffusion.unet.UNetPass;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Workers;
import org.moslora.training.AdamW;

/** Two instances of a UNet that is trained whole, each with half of every step on a thread of its own. */
class TwoInstancesTest {
    private static final int STEPS = 3;
    private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.999, 1e-8, 0, 1);

    @TempDir
    private Path folder;

    @Test
    void learnWhatOneLearnsFromBothHalves() {
        Path model = TinyDiffusion.first(folder, 4, 4).model();
        float[] alone = train(model, 1, false);
        float[] inTurn = train(model, 2, false);
        float[] atOnce = train(model, 2, true);
        assertThat(atOnce).isEqualTo(inTurn);
        for (int i = 0; i < alone.length; i++) {
            assertThat(atOnce[i]).isCloseTo(alone[i], within(1e-6f));
        }
    }

    @Test
    void aHalfThatFailsEndsTheStepAndTheModelGoesOn() {
        Path model = TinyDiffusion.first(folder, 4, 4).model();
        try (Learners learners = new Learners(model, 2);
                Workers workers = new Workers(2)) {
            Supplier<Double> fails = () -> {
                throw new IllegalStateException("no picture");
            };
            try (Arena step = learners.unets.get(0).step()) {
                learners.trained.materialize(step);
                assertThatThrownBy(() -> workers.run(List.of(() -> learners.half(0), fails)))
                        .hasMessage("no picture");
            }
            assertThat(learners.step(workers, true)).allMatch(Double::isFinite);
        }
    }

    private static float[] train(Path model, int instances, boolean atOnce) {
        try (Learners learners = new Learners(model, instances);
                Workers workers = new Workers(2)) {
            for (int i = 0; i < STEPS; i++) {
                learners.step(workers, atOnce);
            }
            int live = learners.live();
            learners.step(workers, atOnce);
            assertThat(learners.live()).as("arrays after a step").isEqualTo(live);
            return learners.trained.parameters().value().toFloatArray();
        }
    }

    /** UNets over one set of parameters. */
    private static final class Learners implements AutoCloseable {
        final List<UNet> unets = new ArrayList<>();
        final TrainedAdapters trained;
        private final StableDiffusion model;
        private final AdamW optimizer;
        private int steps;

        Learners(Path folder, int instances) {
            Engine.start(1);
            this.model = StableDiffusion.open(folder);
            AdapterPlan plan = plan();
            UNet first = model.buildUNet(plan, Compute.cpu());
            unets.add(first);
            this.trained = plan.build(first.arena(), Compute.cpu(), 1);
            for (int i = 1; i < instances; i++) {
                AdapterPlan other = plan();
                UNet unet = model.buildUNet(other, Compute.cpu());
                unets.add(unet);
                other.share(trained, unet.arena());
            }
            this.optimizer = new AdamW(trained.parameters(), Map.of("unet", 1e-4), SETTINGS, first.arena());
        }

        private static AdapterPlan plan() {
            return new AdapterPlan().train("unet", Component.UNET.prefix());
        }

        List<Double> step(Workers workers, boolean atOnce) {
            try (Arena step = unets.get(0).step()) {
                trained.materialize(step);
                List<Supplier<Double>> halves = List.of(() -> half(0), () -> half(1));
                List<Double> losses = atOnce
                        ? workers.run(halves)
                        : halves.stream().map(Supplier::get).toList();
                trained.backward(step);
                optimizer.clip(step);
                optimizer.update(step, ++steps, 1);
                return losses;
            }
        }

        double half(int part) {
            UNet unet = unets.get(part % unets.size());
            try (Arena step = unet.step()) {
                NDArray latents = Kernels.get().one(step, "normal", new long[] {2, 4, 4, 4}, 1.0, 10 + part);
                NDArray target = Kernels.get().one(step, "normal", new long[] {2, 4, 4, 4}, 1.0, 20 + part);
                NDArray text = Kernels.get()
                        .one(step, "normal", new long[] {2, 3, unet.config().textWidth()}, 1.0, 30 + part);
                UNetPass pass =
                        unet.forward(step, latents, new Conditioning(List.of(3.0, 700.0), text, null), 1L << 30, 0);
                NDArray weights = step.floats(new float[] {0.5f, 0.5f}, 2);
                NDArray whole = step.floats(new float[] {1, 1}, 2, 1, 1, 1);
                NDArray[] loss =
                        Kernels.get().call(step, "denoising_loss", pass.prediction(), target, whole, weights, 0.5);
                unet.backward(step, pass, loss[1], false);
                return loss[0].getFloat();
            }
        }

        int live() {
            return unets.stream().mapToInt(unet -> unet.arena().live()).sum();
        }

        @Override
        public void close() {
            unets.forEach(UNet::close);
            model.close();
        }
    }
}
