package org.moslora.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moslora.onnx.graph.GraphTrial.assertAlike;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers with weights compute what their formulas say, in plain loops; those that take a low-rank pair add its share. */
final class LayersTest {
    private final PlainArray x = PlainArray.random(1, 5, 3);
    private final PlainArray w = PlainArray.random(2, 4, 3);
    private final PlainArray b = PlainArray.random(3, 4);

    @TempDir
    private Path folder;

    private GraphTrial trial(MemoryWeights weights) {
        return new GraphTrial(folder, weights, Element.FLOAT);
    }

    private static double sum(int count, java.util.function.IntToDoubleFunction each) {
        return IntStream.range(0, count).mapToDouble(each).sum();
    }

    private static PlainArray product(PlainArray left, PlainArray right) {
        return PlainArray.filled(
                i -> sum(left.size(1), k -> left.at(i[0], k) * right.at(k, i[1])), left.size(0), right.size(1));
    }

    private PlainArray plain() {
        return PlainArray.filled(i -> sum(3, k -> x.at(i[0], k) * w.at(i[1], k)), 5, 4);
    }

    @Test
    void aLinearIsRowsTimesItsWeightAndABiasWhereThereIsOne() {
        GraphTrial without = trial(new MemoryWeights().with("fc.weight", w));
        assertAlike(without.run(without.layers().linear("fc", without.known(x))), plain());
        GraphTrial with = trial(new MemoryWeights().with("fc.weight", w).with("fc.bias", b));
        assertAlike(with.run(with.layers().linear("fc", with.known(x))), plain().with(b, Double::sum));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "7"})
    void aPairOfAnyRankAddsItsShare(long rank) {
        PlainArray down = PlainArray.random(4, 3, rank);
        PlainArray up = PlainArray.random(5, rank, 4);
        GraphTrial trial = trial(new MemoryWeights().with("fc.weight", w).with("fc.bias", b));
        GraphValue made = trial.layers("fc").linear("fc", trial.known(x));
        PlainArray expected = plain().with(b, Double::sum).with(product(product(x, down), up), Double::sum);
        assertAlike(
                trial.give("fc.lora_A.weight", down)
                        .give("fc.lora_B.weight", up)
                        .run(made),
                expected);
    }

    @Test
    void aPairThatIsNotGivenChangesNothing() {
        GraphTrial trial = trial(new MemoryWeights().with("fc.weight", w));
        assertAlike(trial.run(trial.layers("fc").linear("fc", trial.known(x))), plain());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1 1 1 1, 3", "2, 1, 1 1 1 1, 3", "2, 2, 0 0 1 1, 3", "1, 3, 0 0 0 0, 1", "2, 1, 0 0 0 0, 2"})
    void aConvolutionIsASumOverItsWindow(int stride, int pictures, String padded, int kernel) {
        long[] pads = java.util.Arrays.stream(padded.split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        PlainArray picture = PlainArray.random(6, pictures, 2, 5, 6);
        PlainArray weight = PlainArray.random(7, 3, 2, kernel, kernel);
        PlainArray bias = PlainArray.random(8, 3);
        PlainArray down = PlainArray.random(9, 2, 2, kernel, kernel);
        PlainArray up = PlainArray.random(10, 3, 2, 1, 1);
        GraphTrial trial = trial(new MemoryWeights().with("conv.weight", weight).with("conv.bias", bias));
        GraphValue made = trial.layers("conv").convolution("conv", trial.known(picture), stride, pads);
        PlainArray expected = convolved(picture, weight, stride, pads).with(bias.shaped(3, 1, 1), Double::sum);
        PlainArray inner = convolved(picture, down, stride, pads);
        PlainArray share = convolved(inner, up, 1, 0, 0, 0, 0);
        assertAlike(
                trial.give("conv.lora_A.weight", down)
                        .give("conv.lora_B.weight", up)
                        .run(made),
                expected.with(share, Double::sum));
    }

    /** Padding is top, left, bottom, right. */
    private static PlainArray convolved(PlainArray picture, PlainArray weight, int stride, long... pads) {
        int kernel = weight.size(2);
        long height = (picture.size(2) + pads[0] + pads[2] - kernel) / stride + 1;
        long width = (picture.size(3) + pads[1] + pads[3] - kernel) / stride + 1;
        return PlainArray.filled(
                i -> sum(weight.size(1) * kernel * kernel, k -> {
                    int channel = k / (kernel * kernel);
                    int down = k / kernel % kernel;
                    int row = i[2] * stride + down - (int) pads[0];
                    int column = i[3] * stride + k % kernel - (int) pads[1];
                    boolean inside = row >= 0 && row < picture.size(2) && column >= 0 && column < picture.size(3);
                    return inside
                            ? picture.at(i[0], channel, row, column) * weight.at(i[1], channel, down, k % kernel)
                            : 0;
                }),
                picture.size(0),
                weight.size(0),
                height,
                width);
    }

    @Test
    void normsOfRowsGoByMeanAndVarianceOrBySizeAlone() {
        PlainArray gain = PlainArray.random(11, 3);
        PlainArray shift = PlainArray.random(12, 3);
        MemoryWeights weights = new MemoryWeights().with("n.weight", gain).with("n.bias", shift);
        double epsilon = 0.1;
        PlainArray normed = PlainArray.filled(
                i -> (x.at(i) - mean(i[0])) / Math.sqrt(sum(3, k -> square(x.at(i[0], k) - mean(i[0]))) / 3 + epsilon),
                5,
                3);
        GraphTrial layer = trial(weights);
        assertAlike(
                layer.run(layer.layers().layerNorm("n", layer.known(x), epsilon)),
                normed.with(gain, (a, c) -> a * c).with(shift, Double::sum));
        PlainArray sized =
                PlainArray.filled(i -> x.at(i) / Math.sqrt(sum(3, k -> square(x.at(i[0], k))) / 3 + epsilon), 5, 3);
        GraphTrial rms = trial(weights);
        assertAlike(rms.run(rms.layers().rms("n.weight", rms.known(x), epsilon)), sized.with(gain, (a, c) -> a * c));
        GraphTrial around = trial(weights);
        assertAlike(
                around.run(around.layers().rms("n.weight", around.known(x), epsilon, 1)),
                sized.with(gain, (a, c) -> a * (c + 1)));
    }

    private double mean(int row) {
        return sum(3, k -> x.at(row, k)) / 3;
    }

    private static double square(double value) {
        return value * value;
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4"})
    void groupsOfChannelsAreNormedTogetherPictureByPicture(int groups) {
        PlainArray picture = PlainArray.random(13, 2, 4, 3, 2).each(value -> 5 * value - 3);
        PlainArray gain = PlainArray.random(14, 4);
        PlainArray shift = PlainArray.random(15, 4);
        int each = 4 / groups * 6;
        PlainArray rows = picture.shaped(2L * groups, each);
        PlainArray expected = PlainArray.filled(
                        i -> {
                            double mean = sum(each, k -> rows.at(i[0], k)) / each;
                            double variance = sum(each, k -> square(rows.at(i[0], k) - mean)) / each;
                            return (rows.at(i) - mean) / Math.sqrt(variance + 1e-3);
                        },
                        2L * groups,
                        each)
                .shaped(2, 4, 3, 2);
        GraphTrial trial = trial(new MemoryWeights().with("g.weight", gain).with("g.bias", shift));
        assertAlike(
                trial.run(trial.layers().groupNorm("g", trial.known(picture), groups, 1e-3)),
                expected.with(gain.shaped(4, 1, 1), (a, c) -> a * c).with(shift.shaped(4, 1, 1), Double::sum));
    }

    /** In half precision the squares of these are infinite. */
    @Test
    void normsInHalfPrecisionTakeLargeNumbers() {
        PlainArray large = PlainArray.filled(i -> 400 * (i[1] + 1), 2, 4);
        PlainArray ones = PlainArray.of(1, 1, 1, 1);
        MemoryWeights weights = new MemoryWeights().with("n.weight", ones).with("n.bias", ones.each(value -> 0));
        double size = 400 * Math.sqrt((1 + 4 + 9 + 16) / 4.0);
        GraphTrial rms = new GraphTrial(folder, weights, Element.HALF);
        GraphValue narrow = rms.layers().narrow(rms.known(large));
        assertAlike(rms.run(rms.layers().rms("n.weight", narrow, 1e-6)), large.each(value -> value / size), 1e-3);
        GraphTrial group = new GraphTrial(folder, weights, Element.HALF);
        GraphValue picture = group.layers().narrow(group.known(large.shaped(2, 4, 1, 1)));
        double deviation = 400 * Math.sqrt(1.25);
        assertAlike(
                group.run(group.layers().groupNorm("n", picture, 1, 1e-6)),
                large.shaped(2, 4, 1, 1).each(value -> (value - 1000) / deviation),
                2e-3);
    }

    @Test
    void weightsThatDoNotFitAreRefusedWhileTheGraphIsBuilt() {
        GraphTrial trial = trial(new MemoryWeights().with("fc.weight", w));
        GraphValue wide = trial.known(PlainArray.random(1, 5, 2));
        assertThatThrownBy(() -> trial.layers().linear("fc", wide)).hasMessageContainingAll("Gemm", "[5, 2]", "[4, 3]");
        assertThatThrownBy(() -> trial.layers().linear("absent", wide)).hasMessageContaining("absent.weight");
        assertThat(trial.graph.has("fc.weight")).isTrue();
        assertThat(trial.graph.has("fc.bias")).isFalse();
    }
}
