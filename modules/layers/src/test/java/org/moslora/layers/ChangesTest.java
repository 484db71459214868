package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of a weight that are no low-rank pair, on linears and convolutions. */
class ChangesTest {
    private static final BlockKernels.Projector PROJECTOR = new BlockKernels.Projector("gelu", 0, 64);
    private static final BlockKernels.Convolution CONVOLUTION = new BlockKernels.Convolution(2, 1, 0, 64);

    private final Random random = new Random(9);

    @ParameterizedTest
    @ValueSource(strings = {"loha", "lokr", "lokr_halves", "experts", "experts_dense"})
    void onLinearsAreWhatPeftComputes(String kind) {
        try (Golden golden = Golden.of("projector_" + kind)) {
            int top = kind.equals("experts_dense") ? 3 : 2;
            compare(PROJECTOR, golden, 4, places(golden, "p", 8, kind.startsWith("experts") ? top : 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loha", "lokr", "lokr_halves"})
    void onConvolutionsAreWhatPeftComputes(String kind) {
        try (Golden golden = Golden.of("convolution_" + kind)) {
            compare(CONVOLUTION, golden, 2, places(golden, "p", 4, 0));
        }
    }

    /** As in the file; a router's fourth place says by its shape how many experts count. */
    private static List<Values> places(Golden golden, String prefix, int count, int top) {
        List<Values> places = new ArrayList<>(golden.list(prefix, count));
        for (int i = 3; i < count && top > 0; i += 4) {
            places.set(i, Values.zeros(top, 0));
        }
        return places;
    }

    private static void compare(BlockKernels kernels, Golden golden, int weights, List<Values> places) {
        BlockValues tensors = new BlockValues(golden.get("x"), golden.get("dy"), golden.list("w", weights), places);
        BlockValues.Result result = tensors.run(kernels);
        result.y().mustBe("y", golden.get("y"), Tolerance.FP32);
        result.dx().mustBe("dx", golden.get("dx"), Tolerance.FP32);
        for (int i = 0; i < weights; i++) {
            result.weights().get(i).mustBe("gw." + i, golden.get("gw." + i), Tolerance.FP32);
        }
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).data().length > 0) {
                result.pairs().get(i).mustBe("gp." + i, golden.get("gp." + i), Tolerance.FP32);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ChangeForm.class)
    void haveTheGradientsThatDifferencesShow(ChangeForm form) {
        FiniteDifferences.check(PROJECTOR, projector(form, 7));
        if (!form.isRouted()) {
            FiniteDifferences.check(CONVOLUTION, convolution(form));
        }
    }

    @ParameterizedTest
    @EnumSource(ChangeForm.class)
    void haveTheGradientsThatDifferencesShowWithDropout(ChangeForm form) {
        FiniteDifferences.check(new BlockKernels.Projector("gelu", 0.3, 64), projector(form, 7));
        if (!form.isRouted()) {
            FiniteDifferences.check(new BlockKernels.Convolution(2, 1, 0.3, 64), convolution(form));
        }
    }

    /** With many rows the change is added to the weight first, with few it works beside it. */
    @ParameterizedTest
    @EnumSource(ChangeForm.class)
    void manyRowsGiveWhatTheyGiveInSmallNumbers(ChangeForm form) {
        BlockValues all = projector(form, 600);
        BlockValues.Result whole = all.run(PROJECTOR);
        List<BlockValues.Result> parts = IntStream.range(0, 100)
                .mapToObj(i -> rows(all, 6 * i, 6 * i + 6).run(PROJECTOR))
                .toList();
        for (int i : new int[] {0, 57, 99}) {
            rows(whole.y(), 6 * i, 6 * i + 6).mustBe("y", parts.get(i).y(), Tolerance.FP32);
            rows(whole.dx(), 6 * i, 6 * i + 6).mustBe("dx", parts.get(i).dx(), Tolerance.FP32);
        }
        for (int i = 0; i < all.pairs().size(); i++) {
            Values sum = Values.zeros(all.pairs().get(i).shape());
            for (BlockValues.Result part : parts) {
                sum = sum.plus(1, part.pairs().get(i).data());
            }
            whole.pairs().get(i).mustBe("gradient " + i, sum, 2 * Tolerance.FP32);
        }
    }

    /** Both halves of a Hadamard change, once forward and once backward for each of the two layers. */
    @Test
    void halvesAreMadeOnceInEachDirection() throws IOException {
        BlockValues tensors = projector(ChangeForm.HADAMARD, 7);
        OperationTrace.start();
        tensors.run(PROJECTOR);
        assertThat(count("aten::bmm", OperationTrace.stop())).isEqualTo(4);
    }

    private static long count(String name, List<TracedOperation> traced) {
        return traced.stream()
                .mapToLong(one -> (one.name().equals(name) ? 1 : 0) + count(name, one.within()))
                .sum();
    }

    @ParameterizedTest
    @EnumSource(ChangeForm.class)
    void bfloat16IsNear(ChangeForm form) {
        BlockValues tensors = projector(form, 40).rounded();
        BlockValues.Result exact = tensors.run(PROJECTOR);
        BlockValues.Result near = tensors.run(PROJECTOR, Precision.BF16, true);
        near.y().mustBeNear("y", exact.y(), Tolerance.BF16);
        // A score that another rounding moves past its neighbour sends a row to another expert.
        double tolerance = form == ChangeForm.ROUTED ? 10 * Tolerance.BF16 : 2 * Tolerance.BF16;
        near.dx().mustBeNear("dx", exact.dx(), tolerance);
        for (int i = 0; i < tensors.pairs().size(); i++) {
            if (tensors.pairs().get(i).data().length > 0) {
                near.pairs().get(i).mustBeNear("gradient " + i, exact.pairs().get(i), tolerance);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ChangeForm.class)
    void thatAreNotTrainedHandTheGradientOfTheirInputOn(ChangeForm form) {
        for (int rows : new int[] {7, 300}) {
            BlockValues tensors = projector(form, rows);
            Values trained = tensors.run(PROJECTOR).dx();
            untrained(tensors, PROJECTOR).mustBe("dx", trained, Tolerance.FP32);
        }
        if (!form.isRouted()) {
            BlockValues tensors = convolution(form);
            untrained(tensors, CONVOLUTION)
                    .mustBe("dx", tensors.run(CONVOLUTION).dx(), Tolerance.FP32);
        }
    }

    private static Values untrained(BlockValues tensors, BlockKernels kernels) {
        try (Arena arena = Cpu.arena()) {
            List<NDArray> ws = BlockValues.in(arena, tensors.weights(), Precision.FP32);
            List<NDArray> ps = BlockValues.in(arena, tensors.pairs(), Precision.FP32);
            List<NDArray> noWeights =
                    tensors.weights().stream().map(one -> arena.none()).toList();
            List<NDArray> noPairs =
                    tensors.pairs().stream().map(one -> arena.none()).toList();
            NDArray x = tensors.x().in(arena);
            NDArray[] made = kernels.forward(arena, x, ws, ps);
            List<NDArray> saved = Arrays.asList(made).subList(1, made.length);
            NDArray dy = tensors.dy().in(arena);
            return Values.of(kernels.backward(arena, dy, x, saved, ws, noWeights, ps, noPairs, true));
        }
    }

    @Test
    void rowsGoToTheExpertsWithTheLargestScores() {
        // Two experts that write 1 and 10 into y; the router sends the first row to the one, the second to the other.
        Values down = new Values(new float[] {1, 1, 1, 1}, 2, 1, 2);
        Values up = new Values(new float[] {1, 10}, 2, 1, 1);
        Values router = new Values(new float[] {1, 0, 0, 1}, 2, 2);
        try (Arena arena = Cpu.arena()) {
            List<NDArray> ps = BlockValues.in(arena, List.of(down, up, router, Values.zeros(1, 0)), Precision.FP32);
            List<NDArray> ws = new ArrayList<>(
                    List.of(arena.zeros(1, 2), arena.none(), arena.floats(new float[] {1}, 1, 1), arena.none()));
            List<NDArray> all = new ArrayList<>(ps);
            all.addAll(List.of(arena.none(), arena.none(), arena.none(), arena.none()));
            NDArray x = arena.floats(new float[] {3, 1, 1, 2}, 2, 2);
            Structure block = BlockKernels.frozen(arena, 0, ws, all);
            NDArray y = Kernels.get().one(arena, "projector_forward", x, block, 0, "relu");
            assertThat(y.toFloatArray()).containsExactly(4, 30);
        }
    }

    private BlockValues projector(ChangeForm form, int rows) {
        BlockValues plain = BlockValues.projector(random, rows);
        List<Values> places = new ArrayList<>(form.places(random, 12, 16));
        places.addAll(form.places(random, 16, 16));
        return new BlockValues(plain.x(), plain.dy(), plain.weights(), places);
    }

    /** Pictures of 4 channels to 8, by a 3×3 kernel. */
    private BlockValues convolution(ChangeForm form) {
        return new BlockValues(
                Values.random(random, 0, 1, 2, 4, 5, 6),
                Values.random(random, 0, 1, 2, 8, 3, 3),
                List.of(Values.random(random, 0, 0.3, 8, 4, 3, 3), Values.random(random, 0, 0.1, 8)),
                form.places(random, 36, 8));
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
