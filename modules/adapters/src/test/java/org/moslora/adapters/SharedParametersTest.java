package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Precision;
import org.moslora.layers.Structure;
import org.moslora.layers.Workers;

/** Two instances of one model that learn at once, each from a part of the step. */
class SharedParametersTest {
    private static final int ROWS = 5;
    private static final int STEPS = 4;

    /** A projector that learns whole, and what a part of a step does with it. */
    private static final class Instance implements AutoCloseable {
        final AdapterPlan plan = new AdapterPlan().train("projector", TinyModel.PROJECTOR);
        final TinyModel model = new TinyModel(plan);
        private final Compute compute;

        Instance(Compute compute) {
            this.compute = compute;
        }

        /** Adds the gradients of |y|²/2 of rows drawn from a seed; its value. */
        double learn(long seed) {
            try (Arena step = model.arena.child()) {
                List<Linear> linears = List.of(
                        model.linear(TinyModel.PROJECTOR + "linear_1"), model.linear(TinyModel.PROJECTOR + "linear_2"));
                Structure block = new BlockTensors(step, List.of(), linears).block();
                float[] rows = Matrix.random(new Random(seed), ROWS, 8).floats();
                NDArray x = Kernels.get()
                        .one(
                                step,
                                "converted",
                                step.floats(rows, ROWS, 8),
                                compute.precision().scalarType(),
                                "cpu");
                NDArray[] made = Kernels.get().call(step, "projector_forward", x, block, 0, "gelu");
                List<NDArray> saved = List.of(made).subList(1, made.length);
                Kernels.get().call(step, "projector_backward", made[0], x, saved, block, 0, false, "gelu");
                double sum = 0;
                NDArray wide = Kernels.get().one(step, "converted", made[0], Precision.FP32.scalarType(), "cpu");
                for (float value : wide.toFloatArray()) {
                    sum += 0.5 * value * value;
                }
                return sum;
            }
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Parameters and losses after a few steps of gradient descent with two parts each. */
    private record Outcome(float[] values, List<Double> losses) {}

    private static Outcome descend(Compute compute, boolean shared, int threads) {
        try (Instance first = new Instance(compute);
                Instance second = shared ? new Instance(compute) : first;
                Workers workers = new Workers(threads)) {
            TrainedAdapters trained = first.plan.build(first.model.arena, compute, 1);
            if (shared) {
                second.plan.share(trained, second.model.arena);
            }
            List<Double> losses = new ArrayList<>();
            List<Integer> live = new ArrayList<>();
            for (int i = 0; i < STEPS; i++) {
                try (Arena step = first.model.arena.child()) {
                    trained.materialize(step);
                    List<Supplier<Double>> parts = List.of(() -> first.learn(1), () -> second.learn(2));
                    if (threads > 1) {
                        losses.addAll(workers.run(parts));
                    } else {
                        parts.forEach(part -> losses.addAll(workers.run(List.of(part))));
                    }
                    trained.backward(step);
                    move(step, trained);
                }
                live.add(first.model.arena.live() + second.model.arena.live());
            }
            assertThat(live).as("arrays after each step").containsOnly(live.get(0));
            return new Outcome(trained.parameters().value().toFloatArray(), losses);
        }
    }

    private static void move(Arena step, TrainedAdapters trained) {
        NDArray down = Kernels.get().one(step, "scaled", trained.parameters().gradient(), -1e-3);
        Kernels.get().call(step, "added_to", trained.parameters().value(), List.of(down));
    }

    @Test
    void learnTheSameOnTwoThreadsAsOneAfterTheOther() {
        for (Precision precision : Precision.values()) {
            Compute compute = new Compute(Device.cpu(), precision);
            Outcome parallel = descend(compute, true, 2);
            Outcome inTurn = descend(compute, true, 1);
            assertThat(parallel.values()).isEqualTo(inTurn.values());
            assertThat(parallel.losses()).isEqualTo(inTurn.losses());
        }
    }

    @Test
    void learnWhatOneInstanceLearnsFromBothParts() {
        Outcome shared = descend(Compute.cpu(), true, 2);
        Outcome alone = descend(Compute.cpu(), false, 1);
        for (int i = 0; i < alone.values().length; i++) {
            assertThat(shared.values()[i]).isCloseTo(alone.values()[i], within(1e-6f));
        }
        assertThat(shared.losses().get(0)).isEqualTo(alone.losses().get(0));
        assertThat(shared.losses().get(6)).isLessThan(shared.losses().get(0));
    }

    @Test
    void whatIsNotTrainedWholeByTheFirstIsRefused() {
        Targets all = new Targets(List.of("all-linear"), List.of(), null);
        AdapterSpec spec = new AdapterSpec(AdapterKind.LORA, 2, 4, 0, MixerInit.KAIMING, FactorInit.KAIMING);
        AdapterPlan adapted = new AdapterPlan().adapt("projector", TinyModel.PROJECTOR, all, spec);
        AdapterPlan other = new AdapterPlan().train("text", TinyModel.TEXT);
        AdapterPlan wider = new AdapterPlan().train("projector", "model.");
        try (Instance first = new Instance(Compute.cpu());
                TinyModel one = new TinyModel(adapted);
                TinyModel two = new TinyModel(other);
                TinyModel three = new TinyModel(wider)) {
            TrainedAdapters trained = first.plan.build(first.model.arena, Compute.cpu(), 1);
            assertThatThrownBy(() -> adapted.share(trained, one.arena))
                    .hasMessageContaining("projector is not trained");
            assertThatThrownBy(() -> other.share(trained, two.arena)).hasMessageContaining("text is not trained");
            assertThatThrownBy(() -> wider.share(trained, three.arena))
                    .hasMessageContaining(TinyModel.QUERY + ".weight is not among what projector trains");
        }
    }
}
