package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.form.Truncation;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** What holds of merged weights whatever the adapter: sums, signs, order, nothing, and what a cut leaves. */
class MergeLawsTest {
    private static final String NAME = "mid_block.attentions.0.proj_in";
    private static final String KEY = "lora_unet_mid_block_attentions_0_proj_in.";
    private static final String WEIGHT = NAME + ".weight";
    private static final int OUT = 8;
    private static final int IN = 6;

    @TempDir
    Path folder;

    private Path base;
    private Matrix weight;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @BeforeEach
    void makeBase() {
        weight = Matrix.random(new Random(11), OUT, IN);
        base = folder.resolve("base.safetensors");
        TensorData data = TensorData.of(WEIGHT, List.of((long) OUT, (long) IN), weight.floats());
        SafetensorsWriter.write(base, List.of(data), Map.of());
    }

    private Path written(String name, SingleFileAdapter made) {
        return made.write(folder.resolve(name + ".safetensors"));
    }

    private static SingleFileAdapter pair(long seed, int rank, float alpha) {
        return new SingleFileAdapter(seed)
                .put(KEY + "lora_down.weight", rank, IN)
                .put(KEY + "lora_up.weight", OUT, rank)
                .number(KEY + "alpha", alpha);
    }

    private static SingleFileAdapter product(long seed) {
        return new SingleFileAdapter(seed)
                .put(KEY + "hada_w1_a", OUT, 2)
                .put(KEY + "hada_w1_b", 2, IN)
                .put(KEY + "hada_w2_a", OUT, 2)
                .put(KEY + "hada_w2_b", 2, IN)
                .number(KEY + "alpha", 3);
    }

    private static SingleFileAdapter kronecker(long seed) {
        return new SingleFileAdapter(seed).put(KEY + "lokr_w1", 2, 3).put(KEY + "lokr_w2", 4, 2);
    }

    private static SingleFileAdapter scaled(long seed) {
        SingleFileAdapter made = pair(seed, 2, 1).put(KEY + "dora_scale", OUT, 1);
        made.values.replace(KEY + "dora_scale", Matrix.of(OUT, 1, new float[] {1, 2, 3, 1.5f, 0.5f, 4, 2.5f, 1}));
        return made;
    }

    static Stream<SingleFileAdapter> adapters() {
        return Stream.of(pair(1, 2, 3), pair(2, 5, 0.5f), product(3), kronecker(4), scaled(5));
    }

    private Path mergedInto(Path from, String name, ScaledAdapter... adapters) {
        Path out = folder.resolve(name + ".safetensors");
        try (WeightSource source = SafetensorsFile.open(from);
                LoadedAdapters loaded = LoadedAdapters.open(List.of(adapters));
                Arena arena = Arena.open(Compute.cpu())) {
            MergedWeights weights = new MergedWeights(source, loaded, key -> "unet." + key, arena, DType.F32);
            SafetensorsWriter.write(
                    out, source.names().stream().map(weights::tensor).toList(), Map.of());
        }
        return out;
    }

    private static Matrix read(Path file) {
        try (WeightSource source = SafetensorsFile.open(file)) {
            return Matrix.of(OUT, IN, HalfFloats.floats(source, WEIGHT));
        }
    }

    private Matrix merged(ScaledAdapter... adapters) {
        return read(mergedInto(base, "out", adapters));
    }

    /** What an adapter adds to the weight. */
    private Matrix change(Path adapter) {
        return merged(new ScaledAdapter(adapter, 1)).plus(weight.scaled(-1));
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void whatCountsNothingChangesNothing(SingleFileAdapter made) {
        assertThat(merged(new ScaledAdapter(written("a", made), 0)).floats()).isEqualTo(weight.floats());
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void whatIsAddedGrowsInProportion(SingleFileAdapter made) {
        Path adapter = written("a", made);
        Matrix change = change(adapter);

        for (double scale : new double[] {-1, 0.25, 3}) {
            merged(new ScaledAdapter(adapter, scale)).mustBe(weight.plus(change.scaled(scale)));
        }
    }

    /** Of adapters that do not look at the weight: what is merged can be taken out again. */
    @ParameterizedTest
    @MethodSource("adapters")
    void whatWasMergedCanBeTakenOutAgainWhereItDoesNotDependOnTheWeight(SingleFileAdapter made) {
        Path adapter = written("a", made);
        Path there = mergedInto(base, "there", new ScaledAdapter(adapter, 0.7));

        Matrix back = read(mergedInto(there, "back", new ScaledAdapter(adapter, -0.7)));

        if (made.values.containsKey(KEY + "dora_scale")) {
            double apart = 0;
            for (int i = 0; i < OUT * IN; i++) {
                apart = Math.max(apart, Math.abs(back.data()[i] - weight.data()[i]));
            }
            assertThat(apart).isGreaterThan(0.01);
        } else {
            back.mustBe(weight);
        }
    }

    @Test
    void severalAddUpInAnyOrderAndOneAfterTheOther() {
        List<ScaledAdapter> all = new ArrayList<>(List.of(
                new ScaledAdapter(written("a", pair(1, 2, 3)), 0.5),
                new ScaledAdapter(written("b", product(2)), -1.5),
                new ScaledAdapter(written("c", kronecker(3)), 2)));
        Matrix together = merged(all.toArray(ScaledAdapter[]::new));
        Collections.reverse(all);
        merged(all.toArray(ScaledAdapter[]::new)).mustBe(together);

        Path step = base;
        for (int i = 0; i < all.size(); i++) {
            step = mergedInto(step, "step" + i, all.get(i));
        }
        read(step).mustBe(together);
    }

    @Test
    void oneThatIsThereTwiceCountsTwice() {
        Path adapter = written("a", pair(1, 3, 2));
        ScaledAdapter half = new ScaledAdapter(adapter, 0.5);

        merged(half, half).mustBe(weight.plus(change(adapter)));
    }

    /** A pair written out by hand: up·down·alpha/rank, and 1 where the file says no alpha. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6})
    void aPairIsItsProductTimesAlphaByRank(int rank) {
        SingleFileAdapter made = pair(rank, rank, 3);
        Matrix product = made.value(KEY + "lora_up.weight").times(made.value(KEY + "lora_down.weight"));

        change(written("a", made)).mustBe(product.scaled(3.0 / rank));
        change(written("b", made.without(KEY + "alpha"))).mustBe(product);
    }

    @Test
    void exactlyJoinedPairsMakeTheirWeightedSum() throws Exception {
        Path one = written("one", pair(1, 2, 3));
        Path other = written("other", pair(2, 3, 1));
        Path joined = folder.resolve("joined");
        try (LoadedAdapters loaded =
                        LoadedAdapters.open(List.of(new ScaledAdapter(one, 0.5), new ScaledAdapter(other, -2)));
                Arena arena = Arena.open(Compute.cpu())) {
            CombinedAdapter.fill(joined, loaded, arena, DType.F32);
        }

        change(joined).mustBe(change(one).scaled(0.5).plus(change(other).scaled(-2)));
        try (AdapterFile file = AdapterFile.open(joined)) {
            assertThat(file.layers().get("unet." + NAME).rank()).isEqualTo(5);
        }
    }

    /** By Eckart, Young and Mirsky what a cut to rank k loses is the sum of the squares of all singular values behind it. */
    @ParameterizedTest
    @MethodSource("adapters")
    void aCutLosesTheTailOfTheSingularValues(SingleFileAdapter made) throws Exception {
        if (made.values.containsKey(KEY + "dora_scale")) {
            return; // it has no change without a weight
        }
        Path adapter = written("a", made);
        double[] squares = squaredSingularValues(change(adapter));
        double whole = Arrays.stream(squares).sum();
        for (int rank = 1; rank <= IN; rank++) {
            TruncationLoss.Layer lost = cut(adapter, Truncation.of(rank, null));
            double tail = Arrays.stream(squares, Math.min(rank, squares.length), squares.length)
                    .sum();

            assertThat(lost.total()).isCloseTo(whole, within(1e-5 * whole));
            assertThat(lost.dropped()).isCloseTo(tail, within(1e-5 * whole));
        }
    }

    private TruncationLoss.Layer cut(Path adapter, Truncation truncation) throws Exception {
        try (LoadedAdapters loaded = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)));
                Arena arena = Arena.open(Compute.cpu())) {
            return CombinedAdapter.fill(folder.resolve("cut"), loaded, truncation, null, arena, DType.F32)
                    .layers()
                    .get(0);
        }
    }

    /** Descending; Jacobi's rotations of pairs of columns until all are at right angles to each other. */
    private static double[] squaredSingularValues(Matrix matrix) {
        double[][] columns = new double[IN][];
        for (int j = 0; j < IN; j++) {
            columns[j] = new double[OUT];
            for (int i = 0; i < OUT; i++) {
                columns[j][i] = matrix.data()[i * IN + j];
            }
        }
        for (int sweep = 0; sweep < 40; sweep++) {
            for (int p = 0; p < IN; p++) {
                for (int q = p + 1; q < IN; q++) {
                    rotate(columns[p], columns[q]);
                }
            }
        }
        double[] squares = Arrays.stream(columns)
                .mapToDouble(each -> dot(each, each))
                .sorted()
                .toArray();
        for (int i = 0; i < IN / 2; i++) {
            double swapped = squares[i];
            squares[i] = squares[IN - 1 - i];
            squares[IN - 1 - i] = swapped;
        }
        return squares;
    }

    private static void rotate(double[] a, double[] b) {
        double mixed = dot(a, b);
        if (Math.abs(mixed) < 1e-300) {
            return;
        }
        double zeta = (dot(b, b) - dot(a, a)) / (2 * mixed);
        double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        for (int i = 0; i < a.length; i++) {
            double before = a[i];
            a[i] = cosine * (before - tangent * b[i]);
            b[i] = cosine * (tangent * before + b[i]);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
