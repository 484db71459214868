package org.moslora.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.graph.GraphTrial.made;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ONNX Runtime makes of every operator is what plain loops make of it, also of nothing, of one and of very much. */
final class OperatorsTest {
    private static long[] shape(String text) {
        return text == null
                ? new long[0]
                : Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @ParameterizedTest
    @CsvSource({
        "2 3, 2 3",
        "2 3, 3",
        "3, 2 3",
        "2 1 4, 3 1",
        "1, 5",
        ", 2 2",
        "0 3, 1 3",
        "4 1, 1 0",
        "1 1 1, 2",
        "3 1 2, 3 5 1"
    })
    void axesOfOneAreRepeated(String one, String other) {
        PlainArray x = PlainArray.random(1, shape(one));
        PlainArray y = PlainArray.random(2, shape(other)).each(value -> value + 4);
        assertAlike(made(t -> t.ops.add(t.known(x), t.known(y))), x.with(y, (a, b) -> a + b));
        assertAlike(made(t -> t.ops.minus(t.floats(x), t.known(y))), x.with(y, (a, b) -> a - b));
        assertAlike(made(t -> t.ops.times(t.known(x), t.floats(y))), x.with(y, (a, b) -> a * b));
        assertAlike(made(t -> t.ops.over(t.floats(x), t.floats(y))), x.with(y, (a, b) -> a / b));
        assertAlike(made(t -> t.ops.less(t.known(x), t.known(y))), x.with(y, (a, b) -> a < b ? 1 : 0));
    }

    @Test
    void numbersOfAKindAreTakenAsTheValuesKind() {
        PlainArray wholes = PlainArray.of(-3, 0, 9_000_000_000L);
        assertAlike(made(t -> t.ops.add(t.wholes(wholes), 2)), PlainArray.of(-1, 2, 9_000_000_002L));
        assertAlike(made(t -> t.ops.times(t.wholes(wholes), -1)), PlainArray.of(3, 0, -9_000_000_000L));
        PlainArray floats = PlainArray.of(-3, 0, 1e30);
        assertAlike(made(t -> t.ops.times(t.floats(floats), 0.5)), PlainArray.of(-1.5, 0, 5e29));
        assertAlike(made(t -> t.ops.power(t.floats(floats), 3)), PlainArray.of(-27, 0, Double.POSITIVE_INFINITY));
    }

    /** Places of patches count on it. */
    @Test
    void wholeNumbersAreDividedTowardsZero() {
        PlainArray x = PlainArray.of(7, -7, 6, 0, 1);
        assertAlike(made(t -> t.ops.over(t.wholes(x), t.ops.vector(2L))), PlainArray.of(3, -3, 3, 0, 0));
        assertAlike(
                made(t -> t.ops.cast(t.floats(PlainArray.of(2.9, -2.9, 0.4)), Element.LONG)), PlainArray.of(2, -2, 0));
    }

    /** From torch 2.7.1: erf, sigmoid, tanh and sin of these. */
    @Test
    void functionsAreThoseOfTheReferenceFarOutToo() {
        PlainArray x = PlainArray.of(-30, -1.5, 0, 0.25, 88);
        assertAlike(made(t -> t.ops.each("Erf", t.floats(x))), PlainArray.of(-1, -0.96610516, 0, 0.27632639, 1));
        assertAlike(
                made(t -> t.ops.each("Sigmoid", t.floats(x))),
                PlainArray.of(9.357622e-14, 0.18242553, 0.5, 0.56217653, 1));
        assertAlike(made(t -> t.ops.each("Tanh", t.floats(x))), PlainArray.of(-1, -0.90514827, 0, 0.24491866, 1));
        assertAlike(
                made(t -> t.ops.each("Sin", t.floats(x))),
                PlainArray.of(0.98803162, -0.997495, 0, 0.24740396, 0.03539830));
    }

    @Test
    void conditionsChoose() {
        PlainArray x = PlainArray.of(1, 2, 3, 2);
        GraphTrial.Use small = t -> t.ops.less(t.wholes(x), t.ops.vector(2L));
        GraphTrial.Use large = t -> t.ops.equal(t.wholes(x), t.ops.vector(3L));
        assertAlike(made(t -> t.ops.or(small.of(t), large.of(t))), PlainArray.of(1, 0, 1, 0));
        assertAlike(made(t -> t.ops.choose(large.of(t), -5, 0.5f)), PlainArray.of(0.5, 0.5, -5, 0.5));
    }

    @Test
    void aCastToTheSameAddsNothing() {
        GraphTrial trial = new GraphTrial();
        GraphValue x = trial.floats(PlainArray.of(1));
        assertThat(trial.ops.cast(x, Element.FLOAT)).isSameAs(x);
    }

    @ParameterizedTest
    @CsvSource({"2 3, 3 4", "5 2 3, 3 4", "5 2 3, 1 3 4", "1 2 3, 5 3 1", "2 1 2 3, 3 3 2", "0 3, 3 4", "2 0, 0 3"})
    void productsOfMatricesAreSums(String one, String other) {
        PlainArray x = PlainArray.random(3, shape(one));
        PlainArray y = PlainArray.random(4, shape(other));
        int inner = y.size(y.shape().length - 2);
        PlainArray product = made(t -> t.ops.matMul(t.known(x), t.known(y)));
        PlainArray expected = PlainArray.filled(
                index -> LongStream.range(0, inner)
                        .mapToDouble(k -> row(x, index, (int) k) * column(y, index, (int) k))
                        .sum(),
                product.shape());
        assertAlike(product, expected);
        assertThat(product.size(product.shape().length - 1)).isEqualTo(y.size(y.shape().length - 1));
        assertThat(product.size(product.shape().length - 2)).isEqualTo(x.size(x.shape().length - 2));
    }

    private static double row(PlainArray x, int[] index, int k) {
        int[] own = batch(x, index);
        own[own.length - 2] = index[index.length - 2];
        own[own.length - 1] = k;
        return x.at(own);
    }

    private static double column(PlainArray y, int[] index, int k) {
        int[] own = batch(y, index);
        own[own.length - 2] = k;
        own[own.length - 1] = index[index.length - 1];
        return y.at(own);
    }

    private static int[] batch(PlainArray x, int... index) {
        int[] own = new int[x.shape().length];
        for (int axis = 0; axis < own.length - 2; axis++) {
            own[axis] = x.size(axis) == 1 ? 0 : index[axis + index.length - own.length];
        }
        return own;
    }

    @Test
    void sharesSumToOneHoweverLargeTheScores() {
        PlainArray x = new PlainArray(new long[] {3, 3}, new double[] {
            1e30, 1e30, -1e30, 0, Math.log(2), Math.log(5), -Float.MAX_VALUE, -Float.MAX_VALUE, -Float.MAX_VALUE
        });
        PlainArray made = made(t -> t.ops.softmax(t.known(x)));
        assertThat(made.values())
                .containsExactly(
                        new double[] {0.5, 0.5, 0, 0.125, 0.25, 0.625, 1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-6));
    }

    @Test
    void sumsGoOverOneAxis() {
        PlainArray x = PlainArray.random(5, 2, 3, 4);
        assertAlike(
                made(t -> t.ops.mean(t.known(x))),
                PlainArray.filled(
                        i -> (x.at(i[0], i[1], 0) + x.at(i[0], i[1], 1) + x.at(i[0], i[1], 2) + x.at(i[0], i[1], 3))
                                / 4,
                        2,
                        3,
                        1));
        assertAlike(
                made(t -> t.ops.sum(t.known(x), 1)),
                PlainArray.filled(i -> x.at(i[0], 0, i[1]) + x.at(i[0], 1, i[1]) + x.at(i[0], 2, i[1]), 2, 4));
        assertAlike(made(t -> t.ops.sum(t.known(PlainArray.random(1, 0, 3)), 0)), PlainArray.of(0, 0, 0));
        assertAlike(made(t -> t.ops.running(t.wholes(PlainArray.of(3, 0, -1, 5)))), PlainArray.of(3, 3, 2, 7));
    }

    @Test
    void normsHaveMeanZeroAndDeviationOne() {
        PlainArray x = PlainArray.random(6, 3, 2, 5).each(value -> 100 * value + 7);
        PlainArray made = made(t -> t.ops.norm(t.known(x), 1e-6));
        for (int row = 0; row < 6; row++) {
            double[] own = Arrays.copyOfRange(made.values(), 5 * row, 5 * row + 5);
            assertThat(Arrays.stream(own).sum()).isCloseTo(0, within(1e-5));
            assertThat(Arrays.stream(own).map(value -> value * value).sum()).isCloseTo(5, within(1e-4));
        }
        // All alike: nothing to norm, and no division by zero.
        assertAlike(made(t -> t.ops.norm(t.known(PlainArray.of(3, 3, 3)), 1e-6)), PlainArray.of(0, 0, 0));
    }
}
