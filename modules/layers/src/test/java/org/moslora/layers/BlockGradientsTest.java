package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of blocks against finite differences, and what forward and backward owe each other. */
class BlockGradientsTest {
    private static final long[] SHAPE = {4, 2, 4};
    private static final BlockKernels.Decoder DECODER =
            new BlockKernels.Decoder(new long[] {4, 3}, new long[0], SHAPE, 1e-5, 0, 640, false);
    private static final BlockKernels.Vision VISION =
            new BlockKernels.Vision(new long[] {4, 4}, 3, "quick_gelu", 0, 640, false);

    private final Random random = new Random(5);

    @Test
    void ofADecoderBlockWithoutBiases() {
        FiniteDifferences.check(DECODER, BlockValues.decoder(random, 7, 7, SHAPE, false));
    }

    @Test
    void ofADecoderBlockWithBiasesAndComposedAttention() {
        FiniteDifferences.check(DECODER.composed(true), BlockValues.decoder(random, 7, 7, SHAPE, true));
    }

    @Test
    void ofADecoderBlockThatKeepsSomeRows() {
        FiniteDifferences.check(DECODER.keeping(1, 3, 6), BlockValues.decoder(random, 7, 3, SHAPE, true));
    }

    @Test
    void ofADecoderBlockWithDropout() {
        FiniteDifferences.check(DECODER.with(0.4), BlockValues.decoder(random, 7, 7, SHAPE, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick_gelu", "gelu", "gelu_pytorch_tanh", "silu", "relu"})
    void ofATowerBlock(String activation) {
        BlockKernels kernels = new BlockKernels.Vision(new long[] {4, 4}, 3, activation, 0, 0, false);
        FiniteDifferences.check(kernels, BlockValues.vision(random, 8));
    }

    @Test
    void ofATowerBlockWithDropout() {
        FiniteDifferences.check(VISION.with(0.3), BlockValues.vision(random, 8));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3})
    void ofTheProjector(double dropout) {
        FiniteDifferences.check(new BlockKernels.Projector("gelu", dropout, 64), BlockValues.projector(random, 6));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofBlocksWithGains(boolean biased) {
        FiniteDifferences.check(
                DECODER, BlockValues.decoder(random, 7, 7, SHAPE, biased).gained(random));
        FiniteDifferences.check(
                DECODER.keeping(1, 3, 6).with(0.4),
                BlockValues.decoder(random, 7, 3, SHAPE, biased).gained(random));
        FiniteDifferences.check(VISION, BlockValues.vision(random, 8).gained(random));
        FiniteDifferences.check(
                new BlockKernels.Projector("gelu", 0, 64),
                BlockValues.projector(random, 6).gained(random));
    }

    @Test
    void aGainOfOneChangesNothingAndOneOfTwoDoublesAllButTheBias() {
        BlockKernels kernels = new BlockKernels.Projector("relu", 0, 64);
        BlockValues plain = BlockValues.projector(random, 6);
        List<Values> weights = new ArrayList<>(plain.weights());
        weights.set(3, Values.zeros(16));
        BlockValues tensors = new BlockValues(plain.x(), plain.dy(), weights, plain.pairs());
        List<Values> ones = new ArrayList<>(tensors.pairs());
        ones.set(7, Values.random(random, 1, 0, 16));
        List<Values> twos = new ArrayList<>(tensors.pairs());
        twos.set(7, Values.random(random, 2, 0, 16));
        Values y = tensors.forward(kernels);
        new BlockValues(tensors.x(), tensors.dy(), weights, ones)
                .forward(kernels)
                .mustBe("y", y, Tolerance.FP32);
        new BlockValues(tensors.x(), tensors.dy(), weights, twos)
                .forward(kernels)
                .mustBe("2y", y.plus(1, y.data()), Tolerance.FP32);
    }

    @Test
    void theLibrarysAttentionIsTriedAgainstWhatIsWrittenOut() {
        try (Arena arena = Cpu.arena()) {
            assertThat(LibraryAttention.difference(arena, arena.zeros(1))).isLessThan(1e-5);
            assertThat(LibraryAttention.serves(arena)).isTrue();
            assertThat(LibraryAttention.isWrittenOut(arena)).isFalse();
        }
    }

    @Test
    void composedAndFusedAttentionGiveTheSame() {
        BlockValues tensors = BlockValues.decoder(random, 7, 7, SHAPE, true);
        mustAgree(tensors.run(DECODER.composed(true)), tensors.run(DECODER.composed(false)), Tolerance.FP32);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packedConversationsDoNotSeeEachOther(boolean composed) {
        BlockValues both = BlockValues.decoder(random, 7, 7, SHAPE, true);
        BlockValues.Result packed = both.run(DECODER.composed(composed));
        BlockValues.Result first =
                rows(both, 0, 4).run(DECODER.composed(composed).over(4));
        BlockValues.Result second =
                rows(both, 4, 7).run(DECODER.composed(composed).over(3));
        rows(packed.y(), 0, 4).mustBe("first y", first.y(), Tolerance.FP32);
        rows(packed.y(), 4, 7).mustBe("second y", second.y(), Tolerance.FP32);
        rows(packed.dx(), 0, 4).mustBe("first dx", first.dx(), Tolerance.FP32);
        rows(packed.dx(), 4, 7).mustBe("second dx", second.dx(), Tolerance.FP32);
        for (int i = 0; i < packed.pairs().size(); i++) {
            Values sum = first.pairs().get(i).plus(1, second.pairs().get(i).data());
            packed.pairs().get(i).mustBe("pair " + i, sum, Tolerance.FP32);
        }
    }

    @Test
    void laterRowsDoNotReachEarlierOnes() {
        BlockValues tensors = BlockValues.decoder(random, 7, 7, SHAPE, false);
        float[] last = new float[tensors.x().data().length];
        Arrays.fill(last, 3 * 16, 4 * 16, 1);
        Values moved = tensors.moved(false, -1, tensors.x().plus(1, last)).forward(DECODER);
        Values y = tensors.forward(DECODER);
        assertThat(rows(moved, 0, 3).data()).isEqualTo(rows(y, 0, 3).data());
        assertThat(rows(moved, 3, 4).data()).isNotEqualTo(rows(y, 3, 4).data());
    }

    @Test
    void keptRowsAreTheSameRowsOfTheWholeOutput() {
        BlockValues whole = BlockValues.decoder(random, 7, 7, SHAPE, true);
        long[] keep = {1, 3, 6};
        float[] masked = new float[whole.dy().data().length];
        float[] picked = new float[keep.length * 16];
        for (int i = 0; i < keep.length; i++) {
            System.arraycopy(whole.dy().data(), (int) keep[i] * 16, masked, (int) keep[i] * 16, 16);
            System.arraycopy(whole.dy().data(), (int) keep[i] * 16, picked, i * 16, 16);
        }
        BlockValues all = new BlockValues(whole.x(), new Values(masked, 7, 16), whole.weights(), whole.pairs());
        BlockValues few = new BlockValues(whole.x(), new Values(picked, 3, 16), whole.weights(), whole.pairs());
        BlockValues.Result expected = all.run(DECODER);
        BlockValues.Result kept = few.run(DECODER.keeping(keep));
        for (int i = 0; i < keep.length; i++) {
            int row = (int) keep[i];
            rows(kept.y(), i, i + 1).mustBe("row " + row, rows(expected.y(), row, row + 1), Tolerance.FP32);
        }
        kept.dx().mustBe("dx", expected.dx(), Tolerance.FP32);
        mustAgree(kept.weights(), expected.weights(), Tolerance.FP32);
        mustAgree(kept.pairs(), expected.pairs(), Tolerance.FP32);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4})
    void computingABlockAgainChangesNoBit(double dropout) {
        BlockValues decoder = BlockValues.decoder(random, 7, 3, SHAPE, true);
        BlockKernels text = DECODER.keeping(1, 3, 6).with(dropout);
        mustBeSame(decoder.run(text, Precision.FP32, false), decoder.run(text, Precision.FP32, true));
        BlockValues tower = BlockValues.vision(random, 8);
        BlockKernels vision = VISION.with(dropout);
        mustBeSame(tower.run(vision, Precision.FP32, false), tower.run(vision, Precision.FP32, true));
        mustBeSame(tower.run(vision, Precision.BF16, false), tower.run(vision, Precision.BF16, true));
        BlockValues gained = decoder.gained(random);
        mustBeSame(gained.run(text, Precision.FP32, false), gained.run(text, Precision.FP32, true));
    }

    @Test
    void bfloat16IsCloseToFloat32() {
        mustBeClose(DECODER, BlockValues.decoder(random, 7, 7, SHAPE, true).rounded());
        mustBeClose(VISION, BlockValues.vision(random, 8).rounded());
        mustBeClose(
                new BlockKernels.Projector("gelu", 0, 0),
                BlockValues.projector(random, 6).rounded());
    }

    private static void mustBeClose(BlockKernels kernels, BlockValues tensors) {
        BlockValues.Result actual = tensors.run(kernels, Precision.BF16, true);
        BlockValues.Result expected = tensors.run(kernels);
        actual.y().mustBeNear("y", expected.y(), Tolerance.BF16);
        actual.dx().mustBeNear("dx", expected.dx(), Tolerance.BF16);
        joined(actual.pairs()).mustBeNear("pairs", joined(expected.pairs()), Tolerance.BF16);
        joined(actual.weights()).mustBeNear("weights", joined(expected.weights()), Tolerance.BF16);
    }

    /** All as one vector, as a step's norm sees them. */
    private static Values joined(List<Values> all) {
        Values joined =
                Values.zeros(all.stream().mapToInt(one -> one.data().length).sum());
        int at = 0;
        for (Values one : all) {
            System.arraycopy(one.data(), 0, joined.data(), at, one.data().length);
            at += one.data().length;
        }
        return joined;
    }

    @ParameterizedTest
    @ValueSource(strings = {"FP32", "BF16"})
    void kernelsWriteToNothingThatTheyAreGiven(String precision) {
        BlockValues decoder = BlockValues.decoder(random, 7, 3, SHAPE, true);
        mustLeaveInputs(DECODER.keeping(1, 3, 6).with(0.2), decoder, Precision.valueOf(precision));
        mustLeaveInputs(VISION.with(0.2), BlockValues.vision(random, 8), Precision.valueOf(precision));
        BlockKernels projector = new BlockKernels.Projector("gelu", 0.2, 0);
        mustLeaveInputs(projector, BlockValues.projector(random, 6), Precision.valueOf(precision));
    }

    @Test
    void gradientsAreAddedToWhatIsThere() {
        BlockValues tensors = BlockValues.vision(random, 8);
        BlockValues.Result once = tensors.run(VISION);
        try (Arena arena = Cpu.arena()) {
            List<NDArray> ws = BlockValues.in(arena, tensors.weights(), Precision.FP32);
            List<NDArray> ps = BlockValues.in(arena, tensors.pairs(), Precision.FP32);
            List<NDArray> gws = BlockValues.zeros(arena, tensors.weights());
            List<NDArray> gps = BlockValues.zeros(arena, tensors.pairs());
            NDArray x = tensors.x().in(arena);
            for (int i = 0; i < 2; i++) {
                VISION.backward(arena, tensors.dy().in(arena), x, List.of(), ws, gws, ps, gps, false);
            }
            for (int i = 0; i < gws.size(); i++) {
                twice("weight " + i, Values.of(gws.get(i)), once.weights().get(i));
            }
            for (int i = 0; i < gps.size(); i++) {
                twice("pair " + i, Values.of(gps.get(i)), once.pairs().get(i));
            }
        }
    }

    @Test
    void frozenTensorsGetNoGradientAndNothingBelowIsComputed() {
        BlockValues tensors = BlockValues.decoder(random, 7, 7, SHAPE, true);
        try (Arena arena = Cpu.arena()) {
            NDArray none = arena.none();
            List<NDArray> ws = BlockValues.in(arena, tensors.weights(), Precision.FP32);
            List<NDArray> ps = BlockValues.in(arena, tensors.pairs(), Precision.FP32);
            List<NDArray> gps = BlockValues.zeros(arena, tensors.pairs());
            List<NDArray> frozen = ws.stream().map(weight -> none).toList();
            NDArray x = tensors.x().in(arena);
            NDArray dx = DECODER.backward(arena, tensors.dy().in(arena), x, List.of(), ws, frozen, ps, gps, false);
            assertThat(dx.size()).isZero();
            BlockValues.Result whole = tensors.run(DECODER);
            for (int i = 0; i < gps.size(); i++) {
                Values.of(gps.get(i)).mustBe("pair " + i, whole.pairs().get(i), Tolerance.FP32);
            }
        }
    }

    private static void twice(String name, Values twice, Values once) {
        if (once.largest() > 1e-4) {
            twice.mustBe(name, once.plus(1, once.data()), Tolerance.FP32);
        }
    }

    private void mustLeaveInputs(BlockKernels kernels, BlockValues tensors, Precision precision) {
        try (Arena arena = Cpu.arena()) {
            List<NDArray> ws = BlockValues.in(arena, tensors.weights(), precision);
            List<NDArray> ps = BlockValues.in(arena, tensors.pairs(), precision);
            NDArray x = tensors.x().in(arena, precision);
            NDArray dy = tensors.dy().in(arena, precision);
            NDArray[] made = kernels.forward(arena, x, ws, ps);
            List<NDArray> saved = Arrays.asList(made).subList(1, made.length);
            List<NDArray> given = new java.util.ArrayList<>(ws);
            given.addAll(ps);
            given.addAll(saved);
            given.addAll(List.of(x, dy));
            List<float[]> before =
                    given.stream().map(one -> Values.of(one).data()).toList();
            List<NDArray> gws = BlockValues.zeros(arena, tensors.weights());
            List<NDArray> gps = BlockValues.zeros(arena, tensors.pairs());
            kernels.forward(arena, x, ws, ps);
            kernels.backward(arena, dy, x, saved, ws, gws, ps, gps, true);
            for (int i = 0; i < given.size(); i++) {
                assertThat(Values.of(given.get(i)).data()).as("input " + i).isEqualTo(before.get(i));
            }
        }
    }

    private static void mustBeSame(BlockValues.Result actual, BlockValues.Result expected) {
        mustAgree(actual, expected, 0);
    }

    private static void mustAgree(BlockValues.Result actual, BlockValues.Result expected, double tolerance) {
        actual.y().mustBe("y", expected.y(), tolerance);
        actual.dx().mustBe("dx", expected.dx(), tolerance);
        mustAgree(actual.weights(), expected.weights(), tolerance);
        mustAgree(actual.pairs(), expected.pairs(), tolerance);
    }

    private static void mustAgree(List<Values> actual, List<Values> expected, double tolerance) {
        for (int i = 0; i < actual.size(); i++) {
            // The gradient of the keys' bias is rounding of zero.
            if (tolerance == 0 || expected.get(i).largest() > 1e-3) {
                actual.get(i).mustBe("tensor " + i, expected.get(i), tolerance);
            }
        }
    }

    private static BlockValues rows(BlockValues tensors, int from, int to) {
        return new BlockValues(
                rows(tensors.x(), from, to), rows(tensors.dy(), from, to), tensors.weights(), tensors.pairs());
    }

    private static Values rows(Values values, int from, int to) {
        int width = (int) values.shape()[1];
        return new Values(Arrays.copyOfRange(values.data(), from * width, to * width), to - from, width);
    }
}
