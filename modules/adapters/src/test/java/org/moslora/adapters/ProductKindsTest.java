package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterOptions;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.LayerPatterns;
import org.moslora.adapters.kind.LokrSettings;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.adapters.kind.MoeSettings;
import org.moslora.layers.AdapterDelta;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Hadamard;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;
import org.moslora.layers.Site;
import org.moslora.layers.Structure;
import org.moslora.problems.InvalidInput;

/** LoHa, LoKr and MoE-LoRA as they are trained, against their formulas on plain arrays. */
class ProductKindsTest {
    private static final int IN = 24;
    private static final int OUT = 16;
    private static final int ROWS = 9;
    private static final double ALPHA = 3;
    private static final Site LINEAR = new Site("model.layers.0.q_proj", IN, OUT, false);
    private static final Site CONVOLUTION = new Site("model.layers.0.conv", 6 * 9, 8, false, List.of(3L, 3L));

    private final Random random = new Random(4);
    private final Arena arena;

    ProductKindsTest() {
        Engine.start(1);
        arena = Arena.open(Compute.cpu());
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static AdapterSpec spec(AdapterKind kind, int rank, LokrSettings lokr, MoeSettings moe) {
        return new AdapterSpec(
                kind,
                rank,
                ALPHA,
                0,
                MixerInit.ORTHOGONAL,
                FactorInit.KAIMING,
                AdapterOptions.NONE,
                LayerPatterns.NONE,
                new KindSettings(KindSettings.DEFAULT.adalora(), lokr, moe));
    }

    private static AdapterSpec loha(int rank) {
        return spec(AdapterKind.LOHA, rank, KindSettings.DEFAULT.lokr(), KindSettings.DEFAULT.moe());
    }

    private static AdapterSpec lokr(int rank, int factor, boolean both, boolean whole) {
        return spec(AdapterKind.LOKR, rank, new LokrSettings(factor, both, whole), KindSettings.DEFAULT.moe());
    }

    private static AdapterSpec moe(int rank, int experts, int topK) {
        return spec(AdapterKind.MOE_LORA, rank, KindSettings.DEFAULT.lokr(), new MoeSettings(experts, topK));
    }

    /** Small factors of LoKr are [4, 4] here with factor −1, [8, 8] with 8. */
    static Stream<AdapterSpec> specs() {
        return Stream.of(
                loha(1),
                loha(3),
                lokr(2, -1, false, false),
                lokr(3, -1, false, false),
                lokr(3, 8, true, false),
                lokr(1, 8, true, true),
                lokr(40, 2, false, false),
                moe(2, 3, 3),
                moe(2, 4, 2));
    }

    static Stream<AdapterSpec> onConvolutions() {
        return specs().filter(spec -> spec.kind() != AdapterKind.MOE_LORA);
    }

    /** A layer under a trained adapter. */
    private record Trained(Linear linear, TrainedAdapters adapters, Arena arena) {
        Map<TensorRole, NDArray> tensors() {
            return adapters.layers(arena, "adapter").get(0).tensors();
        }

        Matrix tensor(TensorRole role) {
            NDArray array = tensors().get(role);
            int rows = (int) array.getShape().get(0);
            return Matrix.of(rows, (int) (array.size() / rows), array.toFloatArray());
        }

        /** One of several matrices in a tensor. */
        Matrix tensor(TensorRole role, int index) {
            NDArray array = tensors().get(role);
            int rows = (int) array.getShape().get(1);
            int columns = (int) array.getShape().get(2);
            float[] all = array.toFloatArray();
            float[] own = Arrays.copyOfRange(all, index * rows * columns, (index + 1) * rows * columns);
            return Matrix.of(rows, columns, own);
        }

        float[] values() {
            return adapters.parameters().value().toFloatArray();
        }

        void set(float[] values) {
            NDArray given = arena.floats(values, values.length);
            Kernels.get().call(arena, "copied_into", adapters.parameters().value(), given);
            adapters.materialize(arena);
        }
    }

    private Trained fresh(AdapterSpec spec, Site site, Compute compute) {
        AdapterPlan plan =
                new AdapterPlan().adapt("adapter", "model.", new Targets(List.of(site.leaf()), List.of(), null), spec);
        long[] shape = site.isConvolution() ? new long[] {8, 6, 3, 3} : new long[] {OUT, IN};
        Linear linear =
                new Linear(site, floats(Matrix.random(random, 1, (int) (site.inputs() * site.outputs())), shape), null);
        plan.made(linear);
        return new Trained(linear, plan.build(arena, compute, 1), arena);
    }

    private Trained trained(AdapterSpec spec, Site site) {
        Trained trained = fresh(spec, site, Compute.cpu());
        trained.set(
                Matrix.random(random, 1, trained.values().length).scaled(0.4).floats());
        return trained;
    }

    private NDArray floats(Matrix matrix, long... shape) {
        return arena.floats(matrix.floats(), shape);
    }

    // ---- formulas ----

    private static Matrix change(Trained trained, AdapterSpec spec) {
        double scale = ALPHA / spec.rank();
        if (spec.kind() == AdapterKind.LOHA) {
            Matrix first = trained.tensor(TensorRole.HADAMARD_1A).times(trained.tensor(TensorRole.HADAMARD_1B));
            Matrix second = trained.tensor(TensorRole.HADAMARD_2A).times(trained.tensor(TensorRole.HADAMARD_2B));
            double[] product = first.data().clone();
            for (int i = 0; i < product.length; i++) {
                product[i] *= second.data()[i];
            }
            return new Matrix(first.rows(), first.columns(), product).scaled(scale);
        }
        Matrix small = side(trained, TensorRole.KRONECKER_1, TensorRole.KRONECKER_1A, TensorRole.KRONECKER_1B);
        Matrix large = side(trained, TensorRole.KRONECKER_2, TensorRole.KRONECKER_2A, TensorRole.KRONECKER_2B);
        return kronecker(small, large).scaled(scale);
    }

    private static Matrix side(Trained trained, TensorRole whole, TensorRole outer, TensorRole inner) {
        return trained.tensors().containsKey(whole)
                ? trained.tensor(whole)
                : trained.tensor(outer).times(trained.tensor(inner));
    }

    private static Matrix kronecker(Matrix small, Matrix large) {
        int columns = small.columns() * large.columns();
        double[] data = new double[small.rows() * large.rows() * columns];
        for (int i = 0; i < data.length; i++) {
            int row = i / columns;
            int column = i % columns;
            data[i] = small.data()[row / large.rows() * small.columns() + column / large.columns()]
                    * large.data()[row % large.rows() * large.columns() + column % large.columns()];
        }
        return new Matrix(small.rows() * large.rows(), columns, data);
    }

    /** Σ g·B·A·x for every row of x, written out. */
    private static Matrix routed(Trained trained, AdapterSpec spec, Matrix x) {
        int experts = spec.settings().moe().experts();
        Matrix scores = x.times(trained.tensor(TensorRole.ROUTER).transposed());
        double[] y = new double[x.rows() * OUT];
        for (int row = 0; row < x.rows(); row++) {
            double[] own = Arrays.copyOfRange(scores.data(), row * experts, (row + 1) * experts);
            double least = Arrays.stream(own)
                    .sorted()
                    .skip(experts - spec.settings().moe().topK())
                    .findFirst()
                    .orElseThrow();
            double sum = Arrays.stream(own)
                    .filter(score -> score >= least)
                    .map(Math::exp)
                    .sum();
            Matrix one = new Matrix(1, IN, Arrays.copyOfRange(x.data(), row * IN, (row + 1) * IN));
            for (int e = 0; e < experts; e++) {
                if (own[e] >= least) {
                    Matrix made = one.times(trained.tensor(TensorRole.DOWN, e).transposed())
                            .times(trained.tensor(TensorRole.UP, e).transposed());
                    for (int o = 0; o < OUT; o++) {
                        y[row * OUT + o] += Math.exp(own[e]) / sum * made.data()[o] * ALPHA / spec.rank();
                    }
                }
            }
        }
        return new Matrix(x.rows(), OUT, y);
    }

    // ---- what kernels make of it ----

    private List<NDArray> places(AdapterDelta delta) {
        List<NDArray> places = new ArrayList<>(delta.places(arena.none()));
        places.addAll(Collections.nCopies(AdapterDelta.PLACES, arena.none()));
        return places;
    }

    private Matrix output(Trained trained, Matrix x) {
        NDArray none = arena.none();
        NDArray weight = trained.linear().weight();
        NDArray identity = floats(Matrix.identity(OUT), OUT, OUT);
        Structure block = TinyModel.block(
                arena,
                List.of(weight, none, identity, none),
                places(trained.linear().adapter()));
        NDArray y = Kernels.get().one(arena, "projector_forward", floats(x, x.rows(), IN), block, 0, "silu");
        return Matrix.of(x.rows(), OUT, y.toFloatArray());
    }

    private static Matrix silu(Matrix x) {
        double[] y = x.data().clone();
        for (int i = 0; i < y.length; i++) {
            y[i] /= 1 + Math.exp(-y[i]);
        }
        return new Matrix(x.rows(), x.columns(), y);
    }

    /** With few rows and with many, in which case kernels add the change to the weight first. */
    @ParameterizedTest
    @MethodSource("specs")
    void linearsComputeTheFormula(AdapterSpec spec) {
        Trained trained = trained(spec, LINEAR);
        Matrix weight = Matrix.of(OUT, IN, trained.linear().weight().toFloatArray());
        for (int rows : new int[] {ROWS, 300}) {
            Matrix x = Matrix.random(random, rows, IN);
            Matrix plain = x.times(weight.transposed());
            Matrix added = spec.kind() == AdapterKind.MOE_LORA
                    ? routed(trained, spec, x)
                    : x.times(change(trained, spec).transposed());
            output(trained, x).mustBe(silu(plain.plus(added)));
        }
    }

    @ParameterizedTest
    @MethodSource("onConvolutions")
    void convolutionsComputeTheFormula(AdapterSpec spec) {
        Trained trained = trained(spec, CONVOLUTION);
        NDArray none = arena.none();
        NDArray weight = trained.linear().weight();
        Matrix whole = Matrix.of(8, 54, weight.toFloatArray()).plus(change(trained, spec));
        NDArray x = floats(Matrix.random(random, 1, 2 * 6 * 5 * 7), 2, 6, 5, 7);
        List<NDArray> bare = Collections.nCopies(AdapterDelta.PLACES, none);
        NDArray expected = convolved(x, floats(whole, 8, 6, 3, 3), bare);
        NDArray actual = convolved(x, weight, trained.linear().adapter().places(none));
        int size = (int) expected.size();
        Matrix.of(1, size, actual.toFloatArray()).mustBe(Matrix.of(1, size, expected.toFloatArray()));
    }

    private NDArray convolved(NDArray x, NDArray weight, List<NDArray> places) {
        Structure block = TinyModel.block(arena, List.of(weight, arena.none()), places);
        return Kernels.get().one(arena, "conv_forward", x, block, 0, 2, 1);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void theGradientOfEveryParameterIsThatOfTheLoss(AdapterSpec spec) {
        Trained trained = trained(spec, LINEAR);
        float[] start = trained.values();
        Matrix x = Matrix.random(random, ROWS, IN).scaled(0.5);
        Matrix dy = Matrix.random(random, ROWS, OUT).scaled(0.3);
        float[] gradient = gradient(trained, x, dy);
        double largest = 0;
        for (float one : gradient) {
            largest = Math.max(largest, Math.abs(one));
        }
        double h = 4e-3;
        for (int i = 0; i < start.length; i += 1 + start.length / 150) {
            double above = loss(trained, start, i, h, x, dy);
            double below = loss(trained, start, i, -h, x, dy);
            assertThat((double) gradient[i])
                    .as("parameter " + i)
                    .isCloseTo((above - below) / (2 * h), within(1e-2 * largest));
        }
    }

    private double loss(Trained trained, float[] start, int index, double step, Matrix x, Matrix dy) {
        float[] values = start.clone();
        values[index] += (float) step;
        trained.set(values);
        double[] y = output(trained, x).data();
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * dy.data()[i];
        }
        return sum;
    }

    private float[] gradient(Trained trained, Matrix x, Matrix dy) {
        trained.adapters().materialize(arena);
        NDArray none = arena.none();
        NDArray given = floats(x, ROWS, IN);
        List<NDArray> weights = List.of(trained.linear().weight(), none, floats(Matrix.identity(OUT), OUT, OUT), none);
        List<NDArray> frozen = List.of(none, none, none, none);
        List<NDArray> places = places(trained.linear().adapter());
        Structure block = TinyModel.block(
                arena, weights, frozen, places, places(trained.linear().gradient()));
        NDArray[] made = Kernels.get().call(arena, "projector_forward", given, block, 0, "silu");
        List<NDArray> saved = List.of(made).subList(1, made.length);
        Kernels.get().call(arena, "projector_backward", floats(dy, ROWS, OUT), given, saved, block, 0, false, "silu");
        trained.adapters().backward(arena);
        return trained.adapters().parameters().gradient().toFloatArray();
    }

    @ParameterizedTest
    @MethodSource("specs")
    void aSecondStepForgetsTheGradientsOfTheFirst(AdapterSpec spec) {
        Trained trained = trained(spec, LINEAR);
        Matrix x = Matrix.random(random, ROWS, IN);
        Matrix dy = Matrix.random(random, ROWS, OUT);
        assertThat(gradient(trained, x, dy)).isEqualTo(gradient(trained, x, dy));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void aFreshOneChangesNothingAndLearns(AdapterSpec spec) {
        Trained trained = fresh(spec, LINEAR, Compute.cpu());
        trained.adapters().materialize(arena);
        Matrix x = Matrix.random(random, ROWS, IN);
        Matrix weight = Matrix.of(OUT, IN, trained.linear().weight().toFloatArray());
        output(trained, x).mustBe(silu(x.times(weight.transposed())));
        assertThat(gradient(trained, x, Matrix.random(random, ROWS, OUT)))
                .isNotEqualTo(new float[trained.values().length]);
        long zeros = trained.tensors().values().stream()
                .filter(tensor -> tensor.abs().sum().getFloat() == 0)
                .count();
        assertThat(zeros).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void bfloat16ReadsTheSameParameters(AdapterSpec spec) {
        Trained trained = fresh(spec, LINEAR, new Compute(Compute.cpu().device(), Precision.BF16));
        float[] values =
                Matrix.random(new Random(1), 1, trained.values().length).floats();
        trained.set(values);
        Trained exact = fresh(spec, LINEAR, Compute.cpu());
        exact.set(values);
        if (trained.linear().adapter().getClass() == exact.linear().adapter().getClass()) {
            List<NDArray> near = trained.linear().adapter().places(arena.none());
            List<NDArray> wide = exact.linear().adapter().places(arena.none());
            for (int i = 0; i < near.size(); i++) {
                NDArray back = Kernels.get().one(arena, "converted", near.get(i), 6, "cpu");
                assertThat(back.toFloatArray()).hasSize((int) wide.get(i).size());
                for (int j = 0; j < back.size(); j++) {
                    float expected = wide.get(i).toFloatArray()[j];
                    assertThat((double) back.toFloatArray()[j])
                            .isCloseTo(expected, within(0.004 * Math.abs(expected) + 1e-6));
                }
            }
        }
    }

    @Test
    void lohaIsGivenToKernelsAsThePairThatItIsWhereThatIsCheaper() {
        assertThat(fresh(loha(1), LINEAR, Compute.cpu()).linear().adapter()).isInstanceOf(LowRank.class);
        assertThat(fresh(loha(3), LINEAR, Compute.cpu()).linear().adapter()).isInstanceOf(Hadamard.class);
    }

    @Test
    void lokrHasTheFactorsThatPeftWouldMake() {
        assertThat(shapes(lokr(2, -1, false, false), LINEAR))
                .isEqualTo("{lokr_w1=[4, 4], lokr_w2_a=[4, 2], lokr_w2_b=[2, 6]}");
        assertThat(shapes(lokr(3, -1, false, false), LINEAR)).isEqualTo("{lokr_w1=[4, 4], lokr_w2=[4, 6]}");
        assertThat(shapes(lokr(3, 8, true, false), LINEAR))
                .isEqualTo("{lokr_w1_a=[8, 3], lokr_w1_b=[3, 8], lokr_w2=[2, 3]}");
        assertThat(shapes(lokr(1, 8, true, true), LINEAR)).isEqualTo("{lokr_w1=[8, 8], lokr_w2=[2, 3]}");
        assertThat(shapes(lokr(1, -1, false, false), CONVOLUTION))
                .isEqualTo("{lokr_w1=[2, 2], lokr_w2_a=[4, 1], lokr_w2_b=[1, 27]}");
        assertThat(shapes(lokr(2, -1, false, false), CONVOLUTION)).isEqualTo("{lokr_w1=[2, 2], lokr_w2=[4, 3, 3, 3]}");
    }

    @Test
    void lohaHasTheFactorsThatPeftWouldMake() {
        assertThat(shapes(loha(3), LINEAR))
                .isEqualTo("{hada_w1_a=[16, 3], hada_w1_b=[3, 24], hada_w2_a=[16, 3], hada_w2_b=[3, 24]}");
        assertThat(shapes(loha(3), CONVOLUTION))
                .isEqualTo("{hada_w1_a=[8, 3], hada_w1_b=[3, 54], hada_w2_a=[8, 3], hada_w2_b=[3, 54]}");
    }

    private String shapes(AdapterSpec spec, Site site) {
        Map<String, String> shapes = new TreeMap<>();
        fresh(spec, site, Compute.cpu())
                .tensors()
                .forEach((role, tensor) -> shapes.put(
                        role.label(), Arrays.toString(tensor.getShape().getShape())));
        return shapes.toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void moeLoraRefusesConvolutions(boolean beside) {
        AdapterSpec spec = moe(2, 3, 2);
        List<String> targets = beside ? List.of("conv", "q_proj") : List.of("conv");
        AdapterPlan plan = new AdapterPlan().adapt("adapter", "model.", new Targets(targets, List.of(), null), spec);
        plan.made(new Linear(CONVOLUTION, arena.zeros(8, 6, 3, 3), null));
        plan.made(new Linear(LINEAR, arena.zeros(OUT, IN), null));
        assertThatThrownBy(() -> plan.build(arena, Compute.cpu(), 1))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("adapter.targets")
                .hasMessageContaining("moe-lora")
                .hasMessageContaining(CONVOLUTION.path());
    }
}
