package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdaLoraSettings;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterOptions;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.LayerPatterns;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/** AdaLoRA's penalty and budget against PEFT's rules written out in plain doubles. */
class RankAllocationTest {
    private static final int RANK = 4;
    private static final int STEPS = 10;
    private static final AdaLoraSettings SETTINGS = new AdaLoraSettings(RANK, 2, 1, 3, 2, 0.6, 0.75, 0.5);

    private final TinyModel model;
    private final TrainedAdapters adapters;
    private final Random random = new Random(3);

    RankAllocationTest() {
        AdapterSpec spec = new AdapterSpec(
                AdapterKind.ADALORA,
                RANK,
                6,
                0,
                MixerInit.KAIMING,
                FactorInit.KAIMING,
                AdapterOptions.NONE,
                LayerPatterns.NONE,
                new KindSettings(SETTINGS, KindSettings.DEFAULT.lokr(), KindSettings.DEFAULT.moe()));
        Targets all = new Targets(List.of("all-linear"), List.of(), null);
        AdapterPlan plan =
                new AdapterPlan().adapt("adapter", TinyModel.TEXT, all, spec).over(STEPS);
        model = new TinyModel(plan);
        adapters = plan.build(model.arena, Compute.cpu(), 1);
    }

    @AfterEach
    void close() {
        model.close();
    }

    private void set(NDArray into, float[] values) {
        try (Arena step = model.arena.child()) {
            Kernels.get().call(step, "copied_into", into, step.floats(values, values.length));
        }
    }

    private float[] randomValues() {
        return Matrix.random(random, 1, (int) adapters.parameters().size())
                .scaled(0.5)
                .floats();
    }

    /** What lies at the places of one layer's tensors. */
    private Map<String, Map<TensorRole, int[]>> places() {
        float[] before = adapters.parameters().value().toFloatArray();
        float[] count = new float[before.length];
        for (int i = 0; i < count.length; i++) {
            count[i] = i;
        }
        set(adapters.parameters().value(), count);
        Map<String, Map<TensorRole, int[]>> places = new TreeMap<>();
        try (Arena step = model.arena.child()) {
            for (TrainedAdapters.Layer layer : adapters.layers(step, "adapter")) {
                Map<TensorRole, int[]> own = new TreeMap<>();
                layer.tensors().forEach((role, array) -> {
                    float[] indices = array.toFloatArray();
                    own.put(role, new int[indices.length]);
                    for (int i = 0; i < indices.length; i++) {
                        own.get(role)[i] = (int) indices[i];
                    }
                });
                places.put(layer.path(), own);
            }
        }
        set(adapters.parameters().value(), before);
        return places;
    }

    private static double penalty(float[] values, Map<String, Map<TensorRole, int[]>> places) {
        double sum = 0;
        for (Map<TensorRole, int[]> layer : places.values()) {
            sum += apart(values, layer.get(TensorRole.DOWN), true) + apart(values, layer.get(TensorRole.UP), false);
        }
        return 0.5 * sum / (2 * places.size());
    }

    /** ‖A·Aᵀ − I‖ of the rows, or ‖Bᵀ·B − I‖ of the columns. */
    private static double apart(float[] values, int[] own, boolean rows) {
        double[] data = Arrays.stream(own).mapToDouble(i -> values[i]).toArray();
        Matrix factor = rows
                ? new Matrix(RANK, data.length / RANK, data)
                : new Matrix(data.length / RANK, RANK, data).transposed();
        Matrix gram =
                factor.times(factor.transposed()).plus(Matrix.identity(RANK).scaled(-1));
        return Math.sqrt(Arrays.stream(gram.data()).map(one -> one * one).sum());
    }

    @Test
    void thePenaltyAndItsGradientAreTheMeanOverAllFactors() {
        Map<String, Map<TensorRole, int[]>> places = places();
        float[] values = randomValues();
        set(adapters.parameters().value(), values);
        adapters.materialize(model.arena);
        adapters.backward(model.arena);
        double penalty = adapters.penalise(model.arena);
        assertThat(penalty).isCloseTo(penalty(values, places), within(1e-5 * penalty));
        float[] gradient = adapters.parameters().gradient().toFloatArray();
        float step = 1e-2f;
        for (int i = 0; i < values.length; i += 7) {
            float[] moved = values.clone();
            moved[i] = values[i] + step;
            double above = penalty(moved, places);
            moved[i] = values[i] - step;
            double below = penalty(moved, places);
            assertThat((double) gradient[i]).as("parameter " + i).isCloseTo((above - below) / (2 * step), within(1e-3));
        }
    }

    /** PEFT's rules: see its RankAllocator. */
    private final class Reference {
        private final Map<String, Map<TensorRole, int[]>> places = places();
        private final double[] mean = new double[(int) adapters.parameters().size()];
        private final double[] spread = new double[mean.length];
        private final Map<Integer, Boolean> kept = new TreeMap<>();

        void step(int step, float[] values, float[] gradient) {
            int last = STEPS - 3;
            if (step > last) {
                kept.forEach((place, stays) -> values[place] = stays ? values[place] : 0);
                return;
            }
            if (step < last) {
                for (int i = 0; i < mean.length; i++) {
                    double now = Math.abs((double) values[i] * gradient[i]);
                    mean[i] = 0.6 * mean[i] + 0.4 * now;
                    spread[i] = 0.75 * spread[i] + 0.25 * Math.abs(now - mean[i]);
                }
            }
            int first = RANK * places.size();
            int target = 2 * places.size();
            double left = 1 - (step - 1) / (double) (STEPS - 3 - 1);
            int budget = step <= 1 ? first : (int) ((first - target) * Math.pow(left, 3) + target);
            if ((step > 1 && step % 2 == 0) || step == last) {
                cut(first - budget, values);
            }
        }

        private void cut(int count, float[] values) {
            Map<Integer, Double> scores = new TreeMap<>();
            places.values().forEach(layer -> {
                for (int r = 0; r < RANK; r++) {
                    int place = layer.get(TensorRole.DIAGONAL)[r];
                    scores.put(
                            place,
                            score(place) + row(layer.get(TensorRole.DOWN), r) + column(layer.get(TensorRole.UP), r));
                }
            });
            List<Double> sorted = new ArrayList<>(scores.values());
            sorted.sort(null);
            double threshold = sorted.get(count - 1);
            scores.forEach((place, score) -> {
                kept.put(place, score > threshold);
                values[place] = score > threshold ? values[place] : 0;
            });
        }

        private double score(int place) {
            return mean[place] * spread[place];
        }

        private double row(int[] down, int r) {
            int width = down.length / RANK;
            double sum = 0;
            for (int j = 0; j < width; j++) {
                sum += score(down[r * width + j]);
            }
            return sum / width;
        }

        private double column(int[] up, int r) {
            int height = up.length / RANK;
            double sum = 0;
            for (int j = 0; j < height; j++) {
                sum += score(up[j * RANK + r]);
            }
            return sum / height;
        }
    }

    @Test
    void ranksAreCutByImportanceOnPeftsScheduleAndStayCut() {
        Reference reference = new Reference();
        for (int step = 0; step < STEPS; step++) {
            float[] values = randomValues();
            float[] gradient = randomValues();
            set(adapters.parameters().value(), values);
            set(adapters.parameters().gradient(), gradient);
            adapters.updated(model.arena, step + 1);
            reference.step(step, values, gradient);
            assertThat(adapters.parameters().value().toFloatArray())
                    .as("step " + step)
                    .isEqualTo(values);
        }
        int left = 0;
        for (Map.Entry<String, boolean[]> layer : adapters.ranks().entrySet()) {
            int[] diagonal = reference.places.get(layer.getKey()).get(TensorRole.DIAGONAL);
            for (int r = 0; r < RANK; r++) {
                assertThat(layer.getValue()[r]).isEqualTo(reference.kept.get(diagonal[r]));
                left += layer.getValue()[r] ? 1 : 0;
            }
        }
        assertThat(left).isEqualTo(2 * reference.places.size());
    }

    @Test
    void nothingIsCutBeforeItIsTime() {
        set(adapters.parameters().value(), randomValues());
        set(adapters.parameters().gradient(), randomValues());
        float[] before = adapters.parameters().value().toFloatArray();
        adapters.updated(model.arena, 1);
        adapters.updated(model.arena, 2);
        assertThat(adapters.parameters().value().toFloatArray()).isEqualTo(before);
        assertThat(adapters.ranks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5, 4", "6, 4", "9, 0"})
    void aRunWithoutAStepToCutInIsRefused(int warmup, int last) {
        AdaLoraSettings settings = new AdaLoraSettings(RANK, 2, warmup, last, 1, 0.5, 0.5, 0);
        AdapterSpec spec = new AdapterSpec(
                AdapterKind.ADALORA,
                RANK,
                6,
                0,
                MixerInit.KAIMING,
                FactorInit.KAIMING,
                AdapterOptions.NONE,
                LayerPatterns.NONE,
                new KindSettings(settings, KindSettings.DEFAULT.lokr(), KindSettings.DEFAULT.moe()));
        AdapterPlan plan = new AdapterPlan()
                .adapt("adapter", TinyModel.TEXT, new Targets(List.of("q_proj"), List.of(), null), spec);
        plan.over(warmup + last + 1).check(model.sites().values());
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> plan.over(warmup + last).check(model.sites().values()))
                .hasMessageContainingAll("adapter.adalora", "warmup_steps", "final_steps");
    }
}
