package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;

/** What every form makes of a weight, against its formula written out in plain loops. */
class FormsTest {
    private static final String PLACE = "lora_unet_mid_block_resnets_0_conv1";
    private static final String PATH = "unet.mid_block.resnets.0.conv1";
    private static final int OUT = 4;
    private static final int IN = 6;
    private static final int PLACES = 4;
    private static final int RANK = 2;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private final SingleFileAdapter file = new SingleFileAdapter(5);

    private String key(String suffix) {
        return PLACE + "." + suffix;
    }

    private SingleFileAdapter put(String suffix, long... shape) {
        return file.put(key(suffix), shape);
    }

    private Matrix value(String suffix) {
        return file.value(key(suffix));
    }

    /** Checks ΔW, the pair if there is to be one, and W' in several ways. */
    private void mustBe(String kind, boolean pair, Matrix expected) {
        try (AdapterFile read = AdapterFile.open(file.write(folder.resolve("a.safetensors")));
                Arena arena = Arena.open(Compute.cpu())) {
            assertThat(read.kinds()).containsExactly(kind);
            LayerDelta update = read.layers().get(PATH).update();
            changeOf(arena, update).mustBe(expected);
            assertThat(update.pairRank().isPresent()).isEqualTo(pair);
            // Every change has an exact pair, if one that is as large as itself.
            if (update.magnitude() == null) {
                LowRank made = update.pair(arena, AdapterFile.factors(arena, Compute.cpu()), 0.5);
                Matrix down = matrix(made.down());
                assertThat(down.rows()).isEqualTo(update.form().exactRank().orElseThrow());
                matrix(made.up()).times(down).mustBe(expected.scaled(0.5));
            }
        }
    }

    private static Matrix changeOf(Arena arena, LayerDelta update) {
        return matrix(update.change(arena, AdapterFile.factors(arena, Compute.cpu()), 1));
    }

    private static Matrix matrix(NDArray array) {
        long rows = array.getShape().get(0);
        return Matrix.of((int) rows, (int) (array.size() / rows), array.toFloatArray());
    }

    private static Matrix entrywise(Matrix one, Matrix other) {
        double[] product = one.data().clone();
        for (int i = 0; i < product.length; i++) {
            product[i] *= other.data()[i];
        }
        return new Matrix(one.rows(), one.columns(), product);
    }

    private static Matrix kronecker(Matrix one, Matrix other) {
        int columns = one.columns() * other.columns();
        double[] product = new double[one.rows() * other.rows() * columns];
        for (int i = 0; i < one.rows() * other.rows(); i++) {
            for (int j = 0; j < columns; j++) {
                product[i * columns + j] = one.data()[i / other.rows() * one.columns() + j / other.columns()]
                        * other.data()[i % other.rows() * other.columns() + j % other.columns()];
            }
        }
        return new Matrix(one.rows() * other.rows(), columns, product);
    }

    /** Σ core[i, j, place]·left[i, o]·right[j, c] as [o, c·places]. */
    private static Matrix tucker(Matrix core, Matrix left, Matrix right, int places) {
        int ranks = right.rows();
        int columns = right.columns() * places;
        double[] made = new double[left.columns() * columns];
        for (int o = 0; o < left.columns(); o++) {
            for (int c = 0; c < right.columns(); c++) {
                for (int p = 0; p < places; p++) {
                    for (int i = 0; i < left.rows(); i++) {
                        for (int j = 0; j < ranks; j++) {
                            made[o * columns + c * places + p] += core.data()[(i * ranks + j) * places + p]
                                    * left.data()[i * left.columns() + o]
                                    * right.data()[j * right.columns() + c];
                        }
                    }
                }
            }
        }
        return new Matrix(left.columns(), columns, made);
    }

    @Test
    void lora() {
        put("lora_down.weight", RANK, IN).put(key("lora_up.weight"), OUT, RANK).number(key("alpha"), 3);
        mustBe(
                "lora",
                true,
                value("lora_up.weight").times(value("lora_down.weight")).scaled(1.5));
    }

    @Test
    void withoutAlphaTheScaleIsOne() {
        put("lora_down.weight", RANK, IN).put(key("lora_up.weight"), OUT, RANK);
        mustBe("lora", true, value("lora_up.weight").times(value("lora_down.weight")));
    }

    @Test
    void loconOfAKernel() {
        put("lora_down.weight", RANK, 3, 2, 2)
                .put(key("lora_up.weight"), OUT, RANK, 1, 1)
                .number(key("alpha"), 1);
        mustBe(
                "locon",
                true,
                value("lora_up.weight").times(value("lora_down.weight")).scaled(0.5));
    }

    @Test
    void loconWithACore() {
        put("lora_down.weight", RANK, 3, 1, 1)
                .put(key("lora_mid.weight"), RANK, RANK, 2, 2)
                .put(key("lora_up.weight"), OUT, RANK, 1, 1)
                .number(key("alpha"), 4);
        Matrix up = value("lora_up.weight").transposed();
        mustBe(
                "locon",
                true,
                tucker(value("lora_mid.weight"), up, value("lora_down.weight"), PLACES)
                        .scaled(2));
    }

    @Test
    void loha() {
        put("hada_w1_a", OUT, 1).put(key("hada_w1_b"), 1, IN);
        put("hada_w2_a", OUT, 1).put(key("hada_w2_b"), 1, IN).number(key("alpha"), 3);
        Matrix first = value("hada_w1_a").times(value("hada_w1_b"));
        Matrix second = value("hada_w2_a").times(value("hada_w2_b"));
        mustBe("loha", true, entrywise(first, second).scaled(3));
    }

    @Test
    void lohaWhosePairWouldBeNoSmaller() {
        put("hada_w1_a", OUT, 2)
                .put(key("hada_w1_b"), 2, IN)
                .put(key("hada_w2_a"), OUT, 2)
                .put(key("hada_w2_b"), 2, IN);
        Matrix first = value("hada_w1_a").times(value("hada_w1_b"));
        mustBe("loha", false, entrywise(first, value("hada_w2_a").times(value("hada_w2_b"))));
    }

    @Test
    void lohaWithCores() {
        put("hada_w1_a", RANK, OUT).put(key("hada_w1_b"), RANK, 3).put(key("hada_t1"), RANK, RANK, 2, 2);
        put("hada_w2_a", RANK, OUT).put(key("hada_w2_b"), RANK, 3).put(key("hada_t2"), RANK, RANK, 2, 2);
        file.number(key("alpha"), 2);
        Matrix first = tucker(value("hada_t1"), value("hada_w1_a"), value("hada_w1_b"), PLACES);
        Matrix second = tucker(value("hada_t2"), value("hada_w2_a"), value("hada_w2_b"), PLACES);
        mustBe("loha", false, entrywise(first, second));
    }

    @Test
    void lokrOfTwoWholeFactorsHasScaleOneWhateverItsAlpha() {
        put("lokr_w1", 2, 3).put(key("lokr_w2"), 2, 2, 2, 2).number(key("alpha"), 9);
        mustBe("lokr", false, kronecker(value("lokr_w1"), value("lokr_w2")));
    }

    @Test
    void lokrWithAProduct() {
        put("lokr_w1", 1, 2)
                .put(key("lokr_w2_a"), 8, RANK)
                .put(key("lokr_w2_b"), RANK, 12)
                .number(key("alpha"), 3);
        Matrix large = value("lokr_w2_a").times(value("lokr_w2_b"));
        mustBe("lokr", true, kronecker(value("lokr_w1"), large).scaled(1.5));
    }

    @Test
    void lokrWithATallSmallFactor() {
        put("lokr_w1", 3, 1)
                .put(key("lokr_w2_a"), 4, RANK)
                .put(key("lokr_w2_b"), RANK, 12)
                .number(key("alpha"), 3);
        Matrix large = value("lokr_w2_a").times(value("lokr_w2_b"));
        mustBe("lokr", true, kronecker(value("lokr_w1"), large).scaled(1.5));
    }

    @Test
    void lokrOfTwoProducts() {
        put("lokr_w1_a", 2, RANK).put(key("lokr_w1_b"), RANK, 3);
        put("lokr_w2_a", 2, RANK).put(key("lokr_w2_b"), RANK, 2).number(key("alpha"), 1);
        Matrix small = value("lokr_w1_a").times(value("lokr_w1_b"));
        Matrix large = value("lokr_w2_a").times(value("lokr_w2_b"));
        mustBe("lokr", false, kronecker(small, large).scaled(0.5));
    }

    @Test
    void theRankOfAKroneckerProductIsTheProductOfTheRanks() {
        put("lokr_w1_a", 8, RANK).put(key("lokr_w1_b"), RANK, 10);
        put("lokr_w2_a", 8, RANK).put(key("lokr_w2_b"), RANK, 8).number(key("alpha"), RANK);
        Matrix small = value("lokr_w1_a").times(value("lokr_w1_b"));
        Matrix large = value("lokr_w2_a").times(value("lokr_w2_b"));
        mustBe("lokr", true, kronecker(small, large));
        try (AdapterFile read = AdapterFile.open(folder.resolve("a.safetensors"))) {
            assertThat(read.layers().get(PATH).update().pairRank()).hasValue(RANK * RANK);
        }
    }

    @Test
    void lokrWithACore() {
        put("lokr_w1", 2, 3).put(key("lokr_w2_a"), RANK, 2).put(key("lokr_w2_b"), RANK, 2);
        put("lokr_t2", RANK, RANK, 2, 2).number(key("alpha"), 4);
        Matrix large = tucker(value("lokr_t2"), value("lokr_w2_a"), value("lokr_w2_b"), PLACES);
        mustBe("lokr", false, kronecker(value("lokr_w1"), large).scaled(2));
    }

    @Test
    void aMagnitudeGoesOverTheRowsOfTheChangedWeight() {
        put("lora_down.weight", RANK, 3, 2, 2)
                .put(key("lora_up.weight"), OUT, RANK, 1, 1)
                .number(key("alpha"), 3);
        put("dora_scale", OUT, 1, 1, 1);
        Matrix change = value("lora_up.weight").times(value("lora_down.weight")).scaled(1.5);
        decomposed(change, false);
    }

    @Test
    void anOlderMagnitudeGoesOverTheInputChannels() {
        put("lora_down.weight", RANK, 3, 2, 2)
                .put(key("lora_up.weight"), OUT, RANK, 1, 1)
                .number(key("alpha"), 3);
        put("dora_scale", 1, 3, 1, 1);
        Matrix change = value("lora_up.weight").times(value("lora_down.weight")).scaled(1.5);
        decomposed(change, true);
    }

    /** W + weight·(W' − W) with W' = m·(W + ΔW)/‖W + ΔW‖, and the weight that using the adapter leaves. */
    private void decomposed(Matrix change, boolean byInput) {
        Matrix weight = Matrix.random(new java.util.Random(8), OUT, 3 * PLACES);
        Matrix whole = weight.plus(change);
        double[] made = new double[whole.data().length];
        for (int i = 0; i < made.length; i++) {
            int group = group(i, byInput);
            double square = 0;
            for (int j = 0; j < made.length; j++) {
                square += group(j, byInput) == group ? whole.data()[j] * whole.data()[j] : 0;
            }
            made[i] = value("dora_scale").data()[group] * whole.data()[i] / Math.sqrt(square);
        }
        Matrix target = new Matrix(OUT, 3 * PLACES, made);
        Path path = file.write(folder.resolve("a.safetensors"));
        for (double scale : List.of(1.0, 0.3)) {
            Matrix expected = weight.scaled(1 - scale).plus(target.scaled(scale));
            try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(path, scale)));
                    Arena arena = Arena.open(Compute.cpu())) {
                assertThat(fixed.files().get(0).kinds()).containsExactly("dora");
                NDArray before = arena.floats(weight.floats(), OUT, 3, 2, 2);
                Linear linear = new Linear(new Site(PATH, 3 * PLACES, OUT, false, List.of(2L, 2L)), before, null);
                fixed.made(linear);
                fixed.attach(arena, Compute.cpu());
                assertThat(linear.adapter())
                        .as("what is no pair goes into the weight")
                        .isNull();
                assertThat(linear.weight().getShape()).isEqualTo(before.getShape());
                matrix(linear.weight()).mustBe(expected);
                matrix(before).mustBe(weight);
            }
        }
    }

    private static int group(int entry, boolean byInput) {
        return byInput ? entry % (3 * PLACES) / PLACES : entry / (3 * PLACES);
    }

    @Test
    void usingAndMergingAreTheSame() {
        put("lora_down.weight", RANK, IN).put(key("lora_up.weight"), OUT, RANK).number(key("alpha"), 3);
        SingleFileAdapter other = new SingleFileAdapter(6);
        other.put(key("lokr_w1"), 2, 2).put(key("lokr_w2"), 2, 3);
        List<ScaledAdapter> both = List.of(
                new ScaledAdapter(file.write(folder.resolve("a.safetensors")), 0.7),
                new ScaledAdapter(other.write(folder.resolve("b.safetensors")), -0.4));
        Matrix weight = Matrix.random(new java.util.Random(8), OUT, IN);
        Matrix expected = weight.plus(
                        value("lora_up.weight").times(value("lora_down.weight")).scaled(0.7 * 1.5))
                .plus(kronecker(other.value(key("lokr_w1")), other.value(key("lokr_w2")))
                        .scaled(-0.4));
        for (boolean merged : new boolean[] {true, false}) {
            try (LoadedAdapters fixed = LoadedAdapters.open(both);
                    Arena arena = Arena.open(Compute.cpu())) {
                Site site = new Site(PATH, IN, OUT, false);
                Linear linear = new Linear(site, arena.floats(weight.floats(), OUT, IN), null);
                fixed.check(Map.of(PATH, site));
                fixed.made(linear);
                if (merged) {
                    fixed.merge(arena, Compute.cpu());
                } else {
                    fixed.attach(arena, Compute.cpu());
                }
                matrix(linear.weight()).mustBe(expected);
            }
        }
    }

    @Test
    void mergingLeavesNoPairBehind() {
        put("lora_down.weight", RANK, IN).put(key("lora_up.weight"), OUT, RANK);
        Path path = file.write(folder.resolve("a.safetensors"));
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(path, 2)));
                Arena arena = Arena.open(Compute.cpu())) {
            Linear linear = new Linear(new Site(PATH, IN, OUT, false), arena.zeros(OUT, IN), null);
            fixed.made(linear);
            fixed.merge(arena, Compute.cpu());
            assertThat(linear.adapter()).isNull();
            matrix(linear.weight())
                    .mustBe(value("lora_up.weight")
                            .times(value("lora_down.weight"))
                            .scaled(2));
            assertThat(Kernels.get().one(arena, "finite", linear.weight()).toFloatArray())
                    .containsExactly(1);
        }
    }
}
