package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything around the blocks against what PyTorch and transformers compute. */
class KernelGoldenTest {
    private final Arena arena = Cpu.arena();

    @AfterEach
    void close() {
        arena.close();
    }

    private NDArray in(Golden golden, String name) {
        return golden.get(name).in(arena);
    }

    private NDArray[] call(String kernel, Object... arguments) {
        return Kernels.get().call(arena, kernel, arguments);
    }

    private static void same(NDArray actual, Golden golden, String name) {
        Values.of(actual).mustBe(name, golden.get(name), Tolerance.FP32);
    }

    @Test
    void theTowerBeginsWithPatchesClassTokenPositionsAndANorm() {
        try (Golden golden = Golden.of("vision_embed")) {
            List<NDArray> weights = List.of(
                    in(golden, "patch"),
                    arena.none(),
                    in(golden, "class"),
                    in(golden, "positions"),
                    in(golden, "norm.weight"),
                    in(golden, "norm.bias"));
            Structure block = BlockKernels.frozen(arena, weights.size(), weights, List.of());
            same(call("vision_embed", in(golden, "pixels"), block, 1e-5)[0], golden, "y");
        }
    }

    @Test
    void featuresOfSeveralLayersStandSideBySideWithoutTheClassToken() {
        try (Golden golden = Golden.of("features")) {
            same(call("features", List.of(in(golden, "a"), in(golden, "b")), 2, 1)[0], golden, "y");
            NDArray[] back = call("features_back", in(golden, "dy"), 2, 1, 2);
            same(back[0], golden, "da");
            same(back[1], golden, "db");
        }
    }

    @Test
    void featuresWithTheClassTokenAreTheStatesThemselves() {
        try (Golden golden = Golden.of("features")) {
            same(call("features", List.of(in(golden, "a")), 2, 0)[0], golden, "a");
            same(call("features_back", in(golden, "a"), 2, 0, 1)[0], golden, "a");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 9, 100})
    void theHeadWorksThroughAnyNumberOfRowsAtATime(int rows) {
        try (Golden golden = Golden.of("head")) {
            List<NDArray> weights = List.of(in(golden, "norm"), in(golden, "head"));
            List<NDArray> gradients = List.of(arena.zeros(16), arena.zeros(23, 16));
            NDArray targets = arena.longs(golden.longs("targets"));
            NDArray x = in(golden, "x");
            NDArray[] made = call("head", x, head(weights, gradients), targets, 1e-5, 0.0, 0.3, rows, true);
            same(made[0], golden, "losses");
            same(made[1], golden, "dx");
            same(gradients.get(0), golden, "gnorm");
            same(gradients.get(1), golden, "ghead");
            same(call("logits", x, head(weights, gradients), 1e-5, 0.0)[0], golden, "logits");
            assertThat(Values.of(x).data()).isEqualTo(golden.get("x").data());
        }
    }

    @Test
    void theHeadOnlyScoresUnlessItIsToTrain() {
        try (Golden golden = Golden.of("head")) {
            List<NDArray> weights = List.of(in(golden, "norm"), in(golden, "head"));
            List<NDArray> none = List.of(arena.none(), arena.none());
            NDArray targets = arena.longs(golden.longs("targets"));
            NDArray[] made = call("head", in(golden, "x"), head(weights, none), targets, 1e-5, 0.0, 0.0, 4, false);
            same(made[0], golden, "losses");
            assertThat(made[1].size()).isZero();
        }
    }

    @Test
    void theHeadInBfloat16IsClose() {
        try (Golden golden = Golden.of("head")) {
            List<NDArray> weights = List.of(
                    golden.get("norm").in(arena, Precision.BF16),
                    golden.get("head").in(arena, Precision.BF16));
            List<NDArray> gradients = List.of(arena.zeros(16), arena.zeros(23, 16));
            NDArray targets = arena.longs(golden.longs("targets"));
            NDArray x = golden.get("x").in(arena, Precision.BF16);
            NDArray[] made = call("head", x, head(weights, gradients), targets, 1e-5, 0.0, 0.3, 4, true);
            Values.of(made[0]).mustBeNear("losses", golden.get("losses"), Tolerance.BF16);
            Values.of(made[1]).mustBeNear("dx", golden.get("dx"), Tolerance.BF16);
            Values.of(gradients.get(1)).mustBeNear("ghead", golden.get("ghead"), Tolerance.BF16);
        }
    }

    private Structure head(List<NDArray> weights, List<NDArray> gradients) {
        return BlockKernels.block(arena, 2, weights, gradients, List.of(), List.of(), 0, false);
    }

    /** A table of embeddings with a pair on it; a null is absent or not trained. */
    private Structure table(NDArray table, NDArray gradient, LowRank pair, LowRank pairGradient) {
        NDArray none = arena.none();
        List<NDArray> nothing = Collections.nCopies(AdapterDelta.PLACES, none);
        return BlockKernels.block(
                arena,
                0,
                List.of(table, none),
                List.of(gradient == null ? none : gradient, none),
                pair == null ? nothing : pair.places(none),
                pairGradient == null ? nothing : pairGradient.places(none),
                0,
                false);
    }

    @Test
    void imageFeaturesTakeThePlacesOfTheirTokens() {
        try (Golden golden = Golden.of("embed")) {
            NDArray ids = arena.longs(golden.longs("ids"));
            NDArray places = arena.longs(golden.longs("places"));
            NDArray table = in(golden, "table");
            NDArray gradient = arena.zeros(10, 6);
            Structure block = table(table, gradient, null, null);
            same(call("embed", block, ids, in(golden, "features"), places, 1.0)[0], golden, "y");
            same(call("embed_back", in(golden, "dy"), ids, places, block, 1.0)[0], golden, "dfeatures");
            same(gradient, golden, "gtable");
            assertThat(Values.of(table).data()).isEqualTo(golden.get("table").data());
        }
    }

    @Test
    void textAloneIsARowOfTheTableForEachId() {
        Structure table = table(arena.floats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), null, null, null);
        NDArray x = call("embed", table, arena.longs(2, 0, 2), arena.none(), arena.none(), 1.0)[0];
        assertThat(x.toFloatArray()).containsExactly(5, 6, 1, 2, 5, 6);
    }

    /** Id 2 stands twice, so its column gathers twice; the picture's place gathers nothing. */
    @Test
    void aPairOnATableAddsARowForEachIdButThoseOfPictures() {
        NDArray rows = arena.floats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        LowRank pair =
                new LowRank(arena.floats(new float[] {10, 20, 30}, 1, 3), arena.floats(new float[] {1, -1}, 2, 1));
        LowRank gradient = new LowRank(arena.zeros(1, 3), arena.zeros(2, 1));
        Structure table = table(rows, null, pair, gradient);
        NDArray ids = arena.longs(2, 0, 2, 1);
        NDArray places = arena.longs(3);
        NDArray features = arena.floats(new float[] {7, 8}, 1, 2);
        assertThat(call("embed", table, ids, features, places, 1.0)[0].toFloatArray())
                .containsExactly(35, -24, 11, -8, 35, -24, 7, 8);
        NDArray dy = arena.floats(new float[] {1, 2, 3, 4, 5, 6, 100, 200}, 4, 2);
        assertThat(call("embed_back", dy, ids, places, table, 1.0)[0].toFloatArray())
                .containsExactly(100, 200);
        assertThat(gradient.down().toFloatArray()).containsExactly(3 - 4, 0, 1 - 2 + 5 - 6);
        assertThat(gradient.up().toFloatArray()).containsExactly(30 + 30 + 150, 60 + 40 + 180);
    }

    @ParameterizedTest
    @CsvSource({"default, 10000", "linear, 10000", "llama3, 500000"})
    void rotaryAnglesAreTransformers(String kind, double theta) {
        double[] settings = switch (kind) {
            case "linear" -> new double[] {4};
            case "llama3" -> new double[] {8, 1, 4, 64};
            default -> new double[0];
        };
        try (Golden golden = Golden.of("rope")) {
            NDArray[] table = call("rope_table", 40, 16, theta, kind, settings, "cpu");
            same(table[0], golden, kind + ".cos");
            same(table[1], golden, kind + ".sin");
        }
    }

    @Test
    void anAdamWStepIsPyTorchs() {
        try (Golden golden = Golden.of("adamw")) {
            NDArray value = in(golden, "start");
            NDArray first = arena.zeros(20);
            NDArray second = arena.zeros(20);
            NDArray gradient = arena.zeros(20);
            for (int step = 1; step <= 6; step++) {
                call("copied_into", gradient, row(golden, "gradients", step - 1).in(arena));
                float norm = call("clip", gradient, 2.0)[0].getFloat();
                assertThat(norm).isCloseTo(golden.get("norms").data()[step - 1], relative());
                Values.of(gradient).mustBe("clipped", row(golden, "clipped", step - 1), Tolerance.FP32);
                double rate = 0.02 * (1 - (step - 1) / 10.0);
                call("adamw", value, gradient, first, second, step, rate, 0.9, 0.95, 1e-6, 0.1);
                Values.of(value).mustBe("step " + step, row(golden, "values", step - 1), Tolerance.FP32);
            }
            same(first, golden, "first");
            same(second, golden, "second");
        }
    }

    private static org.assertj.core.data.Percentage relative() {
        return org.assertj.core.data.Percentage.withPercentage(100 * Tolerance.FP32);
    }

    @Test
    void withoutALimitNothingIsClipped() {
        NDArray gradient = arena.floats(new float[] {30, 40}, 2);
        assertThat(call("clip", gradient, 0.0)[0].getFloat()).isEqualTo(50);
        assertThat(gradient.toFloatArray()).containsExactly(30, 40);
    }

    @Test
    void foldingIsTheScaledProductAndPullingBackItsChainRule() {
        try (Golden golden = Golden.of("fold")) {
            NDArray mixer = in(golden, "mixer");
            NDArray down = in(golden, "down");
            NDArray pair = arena.zeros(2, 3, 7);
            call("fold", mixer, down, 1.7, pair);
            same(pair, golden, "folded");
            NDArray mixerGradient = arena.zeros(2, 3, 3);
            NDArray gradient = in(golden, "dfolded");
            call("pull_back", gradient, mixer, down, 1.7, mixerGradient);
            same(mixerGradient, golden, "gmixer");
            same(gradient, golden, "gdown");
        }
    }

    @Test
    void withoutAMixerFoldingOnlyScales() {
        NDArray down = arena.floats(new float[] {1, -2, 3}, 1, 1, 3);
        NDArray pair = arena.zeros(1, 1, 3);
        call("fold_plain", down, 0.5, pair);
        assertThat(pair.toFloatArray()).containsExactly(0.5f, -1, 1.5f);
        call("pull_back_plain", pair, 2.0);
        assertThat(pair.toFloatArray()).containsExactly(1, -2, 3);
    }

    @Test
    void aLowRankPairIsMergedInFloat32() {
        NDArray weight = arena.floats(new float[] {1, 2, 3, 4}, 2, 2);
        NDArray down = arena.floats(new float[] {1, -1}, 1, 2);
        NDArray up = arena.floats(new float[] {10, 20}, 2, 1);
        assertThat(call("merged", weight, down, up, 6)[0].toFloatArray()).containsExactly(11, -8, 23, -16);
    }

    @Test
    void oneEntryThatIsNotFiniteIsEnough() {
        assertThat(call("finite", arena.floats(new float[] {1, 2}, 2))[0].getFloat())
                .isEqualTo(1);
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThat(call("finite", arena.floats(new float[] {1, odd}, 2))[0].getFloat())
                    .isZero();
        }
    }

    @Test
    void drawsAreFunctionsOfTheirSeed() {
        for (String kernel : List.of("uniform", "normal")) {
            float[] drawn = call(kernel, new long[] {50, 40}, 0.5, 3L)[0].toFloatArray();
            assertThat(call(kernel, new long[] {50, 40}, 0.5, 3L)[0].toFloatArray())
                    .isEqualTo(drawn);
            assertThat(call(kernel, new long[] {50, 40}, 0.5, 4L)[0].toFloatArray())
                    .isNotEqualTo(drawn);
        }
        assertThat(call("uniform", new long[] {50, 40}, 0.5, 3L)[0].toFloatArray())
                .doesNotContain(0.5f)
                .satisfies(all -> {
                    for (float one : all) {
                        assertThat(one).isBetween(-0.5f, 0.5f);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStretchAtATimeEqualsTheWholeConversation(boolean keepLast) {
        try (Golden golden = Golden.of("decoder")) {
            BlockValues tensors = BlockValues.of(golden, 16, 14);
            List<NDArray> weights = BlockValues.in(arena, tensors.weights(), Precision.FP32);
            List<NDArray> pairs = BlockValues.in(arena, tensors.pairs(), Precision.FP32);
            List<NDArray> caches =
                    List.of(arena.zeros(2, 9, 4), arena.zeros(2, 9, 4), arena.zeros(2, 9, 4), arena.zeros(2, 9, 4));
            NDArray x = tensors.x().in(arena);
            Values expected = golden.get("y");
            long[] past = {0, 0};
            // Both conversations at once: first 3 and 2 rows, then 2 and 1, then one row each, then what is left.
            for (long[] lengths : new long[][] {{3, 2}, {2, 1}, {1, 1}, {0, 1}}) {
                long[] active = lengths;
                long[] rows = LongStream.concat(
                                LongStream.range(past[0], past[0] + active[0]),
                                LongStream.range(6 + past[1], 6 + past[1] + active[1]))
                        .toArray();
                if (active[0] == 0) {
                    caches = caches.subList(2, 4);
                    active = new long[] {lengths[1]};
                }
                long[] before = active.length == 2 ? past.clone() : new long[] {past[1]};
                NDArray keep = keepLast ? arena.longs(rows.length - 1L) : arena.none();
                NDArray[] angles = angles(rows);
                Structure laid = Kernels.get().structure(arena, "rows", angles[0], angles[1], active, keep);
                NDArray stretch = call("picked", List.of(x), arena.longs(rows))[0];
                Structure block = BlockKernels.frozen(arena, 2, weights, pairs);
                Structure layer = BlockKernels.Decoder.layer(arena, new long[] {4, 2, 4}, 1e-5);
                NDArray y = call("decoder_step", stretch, block, layer, laid, before, caches)[0];
                long[] shown = keepLast ? new long[] {rows[rows.length - 1]} : rows;
                NDArray whole = call("picked", List.of(expected.in(arena)), arena.longs(shown))[0];
                Values.of(y).mustBe("rows", Values.of(whole), Tolerance.FP32);
                past[0] += lengths[0];
                past[1] += lengths[1];
            }
        }
    }

    private NDArray[] angles(long[] rows) {
        long[] positions =
                LongStream.of(rows).map(row -> row < 6 ? row : row - 6).toArray();
        NDArray[] table = call("rope_table", 64, 4, 10000.0, "default", new double[0], "cpu");
        return call("picked", List.of(table), arena.longs(positions));
    }

    private static Values row(Golden golden, String name, int row) {
        Values all = golden.get(name);
        int width = (int) all.shape()[1];
        return new Values(java.util.Arrays.copyOfRange(all.data(), row * width, (row + 1) * width), width);
    }
}
