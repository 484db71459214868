package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.adapters.form.TensorRole;
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
import org.moslora.layers.Linear;
import org.moslora.layers.Structure;

/** Every kind of the low-rank family against its formula in plain doubles: output, and gradient of every parameter. */
class KindFormulasTest {
    private static final int RANK = 4;
    private static final double ALPHA = 6;
    private static final Targets ALL = new Targets(List.of("all-linear"), List.of(), null);

    static Stream<AdapterSpec> specs() {
        AdapterOptions magnitude = new AdapterOptions(false, true, 1);
        AdapterOptions root = new AdapterOptions(true, false, 1);
        return Stream.of(
                spec(AdapterKind.LORA, AdapterOptions.NONE),
                spec(AdapterKind.LORA, root),
                spec(AdapterKind.LORA, magnitude),
                spec(AdapterKind.DORA, AdapterOptions.NONE),
                spec(AdapterKind.DORA, root),
                spec(AdapterKind.MOSLORA, AdapterOptions.NONE),
                spec(AdapterKind.MOSLORA, magnitude),
                spec(AdapterKind.BUTTERFLY, AdapterOptions.NONE),
                spec(AdapterKind.BUTTERFLY, magnitude),
                spec(AdapterKind.FLORA, AdapterOptions.NONE),
                spec(AdapterKind.ADALORA, AdapterOptions.NONE),
                spec(AdapterKind.of("mirrored"), AdapterOptions.NONE));
    }

    private static AdapterSpec spec(AdapterKind kind, AdapterOptions options) {
        return new AdapterSpec(
                kind,
                RANK,
                ALPHA,
                0,
                MixerInit.KAIMING,
                FactorInit.KAIMING,
                options,
                LayerPatterns.NONE,
                KindSettings.DEFAULT);
    }

    private static double scale(AdapterSpec spec) {
        if (spec.kind() == AdapterKind.ADALORA) {
            return ALPHA / (RANK + 1e-5);
        }
        return spec.options().rootScale() ? ALPHA / Math.sqrt(RANK) : ALPHA / RANK;
    }

    /** A model whose parameters are random, and where those of one layer lie in the flat buffer. */
    private record Trained(TinyModel model, TrainedAdapters adapters, AdapterSpec spec) implements AutoCloseable {
        static Trained of(AdapterSpec spec) {
            AdapterPlan plan = new AdapterPlan().adapt("adapter", TinyModel.TEXT, ALL, spec);
            TinyModel model = new TinyModel(plan);
            return new Trained(model, plan.build(model.arena, Compute.cpu(), 1), spec);
        }

        void set(float[] values) {
            NDArray given = model.arena.floats(values, values.length);
            Kernels.get().call(model.arena, "copied_into", adapters.parameters().value(), given);
        }

        float[] randomise() {
            int size = (int) adapters.parameters().size();
            float[] values = Matrix.random(new Random(5), 1, size).scaled(0.4).floats();
            set(values);
            return values;
        }

        Map<TensorRole, float[]> layer(String path) {
            Map<TensorRole, float[]> all = new EnumMap<>(TensorRole.class);
            try (Arena step = model.arena.child()) {
                adapters.layers(step, "adapter").stream()
                        .filter(layer -> layer.path().equals(path))
                        .forEach(
                                layer -> layer.tensors().forEach((role, array) -> all.put(role, array.toFloatArray())));
            }
            return all;
        }

        Map<TensorRole, int[]> places(String path) {
            float[] count = new float[(int) adapters.parameters().size()];
            for (int i = 0; i < count.length; i++) {
                count[i] = i;
            }
            set(count);
            Map<TensorRole, int[]> places = new EnumMap<>(TensorRole.class);
            layer(path).forEach((role, values) -> {
                int[] own = new int[values.length];
                for (int i = 0; i < own.length; i++) {
                    own[i] = (int) values[i];
                }
                places.put(role, own);
            });
            return places;
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** ΔW of a layer. */
    private static Matrix change(AdapterSpec spec, Linear linear, Map<TensorRole, double[]> factors) {
        int inputs = (int) linear.site().inputs();
        int outputs = (int) linear.site().outputs();
        Matrix down = new Matrix(RANK, inputs, factors.get(TensorRole.DOWN));
        Matrix up = new Matrix(outputs, RANK, factors.get(TensorRole.UP));
        Matrix between = switch (spec.kind().recipeName()) {
            case "moslora", "flora" -> new Matrix(RANK, RANK, factors.get(TensorRole.MIXER));
            case "butterfly" -> new Matrix(RANK, RANK, new double[] {1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1});
            case "mirrored" -> new Matrix(RANK, RANK, new double[] {0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0});
            case "adalora" -> diagonal(factors.get(TensorRole.DIAGONAL));
            default -> Matrix.identity(RANK);
        };
        return up.times(between).times(down).scaled(scale(spec));
    }

    private static Matrix diagonal(double[] values) {
        Matrix made = Matrix.identity(values.length);
        for (int i = 0; i < values.length; i++) {
            made.data()[i * values.length + i] = values[i];
        }
        return made;
    }

    private static double[] norms(Matrix weight) {
        double[] norms = new double[weight.rows()];
        for (int i = 0; i < norms.length; i++) {
            double sum = 0;
            for (int j = 0; j < weight.columns(); j++) {
                sum += Math.pow(weight.data()[i * weight.columns() + j], 2);
            }
            norms[i] = Math.sqrt(sum);
        }
        return norms;
    }

    /** x·Vᵀ, under a magnitude m/norms ⊙ x·Vᵀ. */
    private static Matrix output(Linear linear, AdapterSpec spec, Map<TensorRole, double[]> factors, double[] norms) {
        Matrix weight = TinyModel.weight(linear).plus(change(spec, linear, factors));
        double[] magnitude = factors.get(TensorRole.MAGNITUDE);
        if (magnitude != null) {
            for (int i = 0; i < weight.data().length; i++) {
                int row = i / weight.columns();
                weight.data()[i] *= magnitude[row] / norms[row];
            }
        }
        return TinyModel.input(linear).times(weight.transposed());
    }

    private static double[] norms(Linear linear, AdapterSpec spec, Map<TensorRole, double[]> factors) {
        return norms(TinyModel.weight(linear).plus(change(spec, linear, factors)));
    }

    private static Map<TensorRole, double[]> factors(Map<TensorRole, int[]> places, float[] values) {
        Map<TensorRole, double[]> factors = new EnumMap<>(TensorRole.class);
        places.forEach((role, own) -> {
            double[] entries = new double[own.length];
            for (int i = 0; i < own.length; i++) {
                entries[i] = values[own[i]];
            }
            factors.put(role, entries);
        });
        return factors;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void theOutputIsTheFormulas(AdapterSpec spec) {
        try (Trained trained = Trained.of(spec)) {
            for (String path : List.of(TinyModel.QUERY, TinyModel.TEXT + "layers.1.mlp.down_proj")) {
                Linear linear = trained.model().linear(path);
                Map<TensorRole, int[]> places = trained.places(path);
                Map<TensorRole, double[]> factors = factors(places, trained.randomise());
                trained.adapters().materialize(trained.model().arena);
                trained.model().output(path).mustBe(output(linear, spec, factors, norms(linear, spec, factors)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void theGradientIsTheFormulasWithTheNormHeld(AdapterSpec spec) {
        try (Trained trained = Trained.of(spec)) {
            Linear linear = trained.model().linear(TinyModel.QUERY);
            Map<TensorRole, int[]> places = trained.places(TinyModel.QUERY);
            Map<TensorRole, double[]> factors = factors(places, trained.randomise());
            double[] norms = norms(linear, spec, factors);
            Matrix above = Matrix.random(new Random(11), 3, (int) linear.site().outputs());
            float[] gradient = gradient(trained, linear, above);
            places.forEach((role, own) -> {
                double[] entries = factors.get(role);
                for (int i = 0; i < own.length; i++) {
                    double start = entries[i];
                    double step = 1e-4;
                    entries[i] = start + step;
                    double more = loss(output(linear, spec, factors, norms), above);
                    entries[i] = start - step;
                    double less = loss(output(linear, spec, factors, norms), above);
                    entries[i] = start;
                    double expected = (more - less) / (2 * step);
                    assertThat((double) gradient[own[i]])
                            .as("%s of %s, entry %d", role, spec.label(), i)
                            .isCloseTo(expected, within(2e-5 * Math.max(10, Math.abs(expected))));
                }
            });
        }
    }

    /** Σ above·silu(u) over rows. */
    private static double loss(Matrix u, Matrix above) {
        double sum = 0;
        Matrix active = u.scaled(1);
        for (int i = 0; i < active.data().length; i++) {
            active.data()[i] = u.data()[i] / (1 + Math.exp(-u.data()[i]));
        }
        for (double one : active.times(above.transposed()).data()) {
            sum += one;
        }
        return sum;
    }

    private static float[] gradient(Trained trained, Linear linear, Matrix above) {
        trained.adapters().materialize(trained.model().arena);
        Matrix x = TinyModel.input(linear);
        try (Arena step = trained.model().arena.child()) {
            NDArray none = step.none();
            NDArray given = step.floats(x.floats(), x.rows(), x.columns());
            NDArray second = step.floats(above.floats(), above.rows(), above.columns());
            List<NDArray> weights = List.of(linear.weight(), none, second, none);
            List<NDArray> frozen = List.of(none, none, none, none);
            List<NDArray> changes = TinyModel.places(linear.adapter(), none);
            List<NDArray> gradients = TinyModel.places(linear.gradient(), none);
            Structure block = TinyModel.block(step, weights, frozen, changes, gradients);
            NDArray[] made = Kernels.get().call(step, "projector_forward", given, block, 0, "silu");
            List<NDArray> saved = List.of(made).subList(1, made.length);
            NDArray ones = made[0].onesLike();
            Kernels.get().call(step, "projector_backward", ones, given, saved, block, 0, false, "silu");
            trained.adapters().backward(step);
            float[] gradient = trained.adapters().parameters().gradient().toFloatArray();
            // AdaLoRA's penalty has a test of its own.
            double penalty = trained.adapters().penalise(step);
            assertThat(penalty > 0).isEqualTo(trained.spec().kind() == AdapterKind.ADALORA);
            return gradient;
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void aFreshAdapterChangesNothing(AdapterSpec spec) {
        try (Trained trained = Trained.of(spec);
                TinyModel bare = new TinyModel(linear -> {})) {
            trained.adapters().materialize(trained.model().arena);
            for (String path : bare.paths()) {
                assertThat(trained.model().output(path).data())
                        .isEqualTo(bare.output(path).data());
            }
        }
    }

    @Test
    void floraStartsWithACoreOfZerosBetweenDrawnFactors() {
        try (Trained trained = Trained.of(spec(AdapterKind.FLORA, AdapterOptions.NONE))) {
            Map<TensorRole, float[]> layer = trained.layer(TinyModel.QUERY);
            assertThat(layer.get(TensorRole.MIXER)).containsOnly(0f);
            assertThat(layer.get(TensorRole.DOWN)).doesNotContain(0f);
            assertThat(layer.get(TensorRole.UP)).doesNotContain(0f);
        }
    }

    /** The penalty of AdaLoRA wants every row of A and column of B to have length 1. */
    @Test
    void adaloraStartsWithFactorsOfAboutUnitLengthAroundZeros() {
        try (Trained trained = Trained.of(spec(AdapterKind.ADALORA, AdapterOptions.NONE))) {
            Map<TensorRole, float[]> layer = trained.layer(TinyModel.QUERY);
            assertThat(layer.get(TensorRole.DIAGONAL)).containsOnly(0f);
            for (TensorRole role : List.of(TensorRole.DOWN, TensorRole.UP)) {
                double squares = 0;
                for (float entry : layer.get(role)) {
                    squares += entry * entry;
                }
                assertThat(squares / layer.get(TensorRole.DIAGONAL).length).isBetween(0.3, 2.5);
            }
        }
    }

    @Test
    void magnitudesStartAsTheRowsNorms() {
        try (Trained trained = Trained.of(spec(AdapterKind.DORA, AdapterOptions.NONE))) {
            double[] norms = norms(TinyModel.weight(trained.model().linear(TinyModel.QUERY)));
            float[] magnitude = trained.layer(TinyModel.QUERY).get(TensorRole.MAGNITUDE);
            for (int i = 0; i < norms.length; i++) {
                assertThat((double) magnitude[i]).isCloseTo(norms[i], within(1e-6 * norms[i]));
            }
        }
    }
}
