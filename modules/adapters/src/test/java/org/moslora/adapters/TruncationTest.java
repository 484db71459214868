package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.adapters.form.Truncation;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Adapters that have no exact pair, cut down to the nearest one. */
class TruncationTest {
    private static final String PATH = "unet.mid_block.attentions.0.proj_in";
    private static final String KEY = "lora_unet_mid_block_attentions_0_proj_in.";
    private static final int OUT = 8;
    private static final int IN = 6;

    @TempDir
    Path folder;

    private final SingleFileAdapter file = new SingleFileAdapter(3);

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private SingleFileAdapter loha(int rank) {
        return file.put(KEY + "hada_w1_a", OUT, rank)
                .put(KEY + "hada_w1_b", rank, IN)
                .put(KEY + "hada_w2_a", OUT, rank)
                .put(KEY + "hada_w2_b", rank, IN);
    }

    private TruncationLoss cut(SingleFileAdapter made, Truncation truncation, @Nullable BaseWeights base)
            throws IOException {
        Path source = made.write(folder.resolve("a.safetensors"));
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(source, 1)));
                Arena arena = Arena.open(Compute.cpu())) {
            return CombinedAdapter.fill(folder.resolve("cut"), fixed, truncation, base, arena, DType.F32);
        }
    }

    private static Matrix change(Path path) {
        try (AdapterFile file = AdapterFile.open(path);
                Arena arena = Arena.open(Compute.cpu())) {
            LayerDelta update = file.layers().get(PATH).update();
            NDArray change = update.change(arena, AdapterFile.factors(arena, Compute.cpu()), 1);
            return Matrix.of(OUT, IN, change.toFloatArray());
        }
    }

    private static double squares(Matrix matrix) {
        double sum = 0;
        for (double entry : matrix.data()) {
            sum += entry * entry;
        }
        return sum;
    }

    /** What is left over of the change must lie across all that was kept, and be as large as was said. */
    private void mustBeNearest(Matrix whole, TruncationLoss loss) {
        Matrix kept = change(folder.resolve("cut"));
        Matrix rest = whole.plus(kept.scaled(-1));
        double size = squares(whole);
        assertThat(loss.layers().get(0).total()).isCloseTo(size, within(1e-5 * size));
        assertThat(loss.layers().get(0).dropped()).isCloseTo(squares(rest), within(1e-5 * size));
        assertThat(squares(rest.times(kept.transposed()))).isLessThan(1e-9 * size * size);
        assertThat(squares(kept.transposed().times(rest))).isLessThan(1e-9 * size * size);
        // Powers of what is left find its largest singular value, powers of what is kept its smallest.
        double largest = largest(rest);
        try (AdapterFile read = AdapterFile.open(folder.resolve("cut"))) {
            int rank = read.layers().get(PATH).rank();
            Matrix deflated = kept;
            double smallest = 0;
            for (int i = 0; i < rank; i++) {
                smallest = largest(deflated);
                deflated = deflated(deflated);
            }
            assertThat(largest).isLessThan(smallest * (1 + 1e-4) + 1e-5 * Math.sqrt(size));
        }
    }

    private static Matrix direction(Matrix matrix) {
        Matrix v = Matrix.random(new Random(1), matrix.columns(), 1);
        for (int i = 0; i < 400; i++) {
            v = matrix.transposed().times(matrix.times(v));
            v = v.scaled(1 / Math.sqrt(Math.max(1e-300, squares(v))));
        }
        return v;
    }

    private static double largest(Matrix matrix) {
        return Math.sqrt(squares(matrix.times(direction(matrix))));
    }

    private static Matrix deflated(Matrix matrix) {
        Matrix v = direction(matrix);
        return matrix.plus(matrix.times(v).times(v.transposed()).scaled(-1));
    }

    @Test
    void lohaIsCutToItsNearestPair() throws IOException {
        TruncationLoss loss = cut(loha(3).number(KEY + "alpha", 4), Truncation.of(2, null), null);
        mustBeNearest(change(folder.resolve("a.safetensors")), loss);
        assertThat(loss.layers().get(0).rank()).isEqualTo(2);
        assertThat(loss.relative()).isBetween(0.01, 0.99);
        assertThat(loss.described().get(0)).contains("rank 2", "lost");
    }

    @ParameterizedTest
    @CsvSource({"true,2", "true,4", "false,2", "false,3"})
    void lokrIsCutFromWhatItsFactorsConsistOf(boolean whole, int rank) throws IOException {
        file.put(KEY + "lokr_w1", 2, 3);
        if (whole) {
            file.put(KEY + "lokr_w2", 4, 2);
        } else {
            file.put(KEY + "lokr_w2_a", 4, 2).put(KEY + "lokr_w2_b", 2, 2).number(KEY + "alpha", 3);
        }
        mustBeNearest(changeOf(), cut(file, Truncation.of(rank, null), null));
    }

    private Matrix changeOf() {
        return change(file.write(folder.resolve("a.safetensors")));
    }

    @Test
    void aPairIsCutWithoutItsProduct() throws IOException {
        file.put(KEY + "lora_down.weight", 5, IN)
                .put(KEY + "lora_up.weight", OUT, 5)
                .number(KEY + "alpha", 2);
        mustBeNearest(changeOf(), cut(file, Truncation.of(3, null), null));
    }

    @Test
    void aShareOfTheEnergyGivesTheSmallestRankThatKeepsIt() throws IOException {
        loha(2);
        Matrix whole = changeOf();
        for (double share : new double[] {0.3, 0.8, 0.97, 1}) {
            TruncationLoss loss = cut(file, Truncation.of(null, share), null);
            TruncationLoss.Layer layer = loss.layers().get(0);
            assertThat(layer.dropped()).isLessThanOrEqualTo((1 - share + 1e-9) * layer.total());
            if (layer.rank() > 1) {
                TruncationLoss less = cut(file, Truncation.of(layer.rank() - 1, null), null);
                assertThat(less.layers().get(0).dropped()).isGreaterThan((1 - share) * layer.total());
            }
            mustBeNearest(whole, cut(file, Truncation.of(null, share), null));
        }
    }

    @Test
    void aMagnitudeNeedsTheWeightThatItStandsOn() throws IOException {
        file.put(KEY + "lora_down.weight", 2, IN)
                .put(KEY + "lora_up.weight", OUT, 2)
                .put(KEY + "dora_scale", OUT, 1);
        assertThatThrownBy(() -> cut(file, Truncation.of(3, null), null))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("magnitudes", "model");
        Path base = new SingleFileAdapter(9)
                .put("mid_block.attentions.0.proj_in.weight", OUT, IN)
                .write(folder.resolve("base.safetensors"));
        Matrix weight;
        try (WeightSource source = SafetensorsFile.open(base)) {
            weight = Matrix.of(OUT, IN, HalfFloats.floats(source, "mid_block.attentions.0.proj_in.weight"));
            cut(file, Truncation.of(IN, null), new BaseWeights(Map.of("unet.", source)));
        }
        Matrix moved = weight.plus(changeOf());
        Matrix magnitudes = file.value(KEY + "dora_scale");
        double[] expected = moved.data().clone();
        for (int i = 0; i < OUT; i++) {
            double norm = 0;
            for (int j = 0; j < IN; j++) {
                norm += moved.data()[i * IN + j] * moved.data()[i * IN + j];
            }
            for (int j = 0; j < IN; j++) {
                expected[i * IN + j] *= magnitudes.data()[i] / Math.sqrt(norm);
            }
        }
        change(folder.resolve("cut")).mustBe(new Matrix(OUT, IN, expected).plus(weight.scaled(-1)));
    }

    @Test
    void nothingChangedLosesNothing() throws IOException {
        loha(2);
        file.values.put(KEY + "hada_w2_b", Matrix.of(2, IN, new float[2 * IN]));
        TruncationLoss loss = cut(file, Truncation.of(null, 0.9), null);
        assertThat(loss.relative()).isZero();
        assertThat(loss.layers().get(0).rank()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"0,-", "-1,-", "2,0.5", "-,0", "-,1.5", "-,NaN", "-,-0.1"})
    void whatNoCutCanBeIsRefused(@Nullable Integer rank, @Nullable Double energy) {
        assertThatThrownBy(() -> Truncation.of(rank, energy)).isInstanceOf(InvalidInput.class);
    }
}
