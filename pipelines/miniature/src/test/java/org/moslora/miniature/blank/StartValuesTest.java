package org.moslora.miniature.blank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.tensors.TensorData;

/** What weights are before the first step: spread as PyTorch's, and the same for the same seed and name. */
class StartValuesTest {
    private final StartValues start = new StartValues(7);

    private static double mean(float[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
    }

    private static double deviation(float[] values) {
        double mean = mean(values);
        return Math.sqrt(IntStream.range(0, values.length)
                .mapToDouble(i -> Math.pow(values[i] - mean, 2))
                .average()
                .orElseThrow());
    }

    private static double largest(float[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.abs(values[i]))
                .max()
                .orElseThrow();
    }

    /** {@code torch.nn.Linear(400, n)} and {@code Conv2d(16, n, 5)} begin between ±0.05: both see 400 numbers. */
    @ParameterizedTest
    @CsvSource({"60, 400, 1, 1", "60, 16, 5, 5", "24, 100, 2, 2"})
    void aLinearAndAConvolutionBeginWithinOneOverTheRootOfTheirInputs(long out, long in, long high, long wide) {
        float[] values = start.values("some.layer.weight", List.of(out, in, high, wide));
        assertThat(largest(values)).isBetween(0.0495, 0.05);
        assertThat(mean(values)).isCloseTo(0, within(0.001));
        assertThat(deviation(values)).isCloseTo(0.05 / Math.sqrt(3), within(0.0006));
    }

    /** Of normal numbers about one in 20 is beyond two deviations; of even ones none. */
    @ParameterizedTest
    @CsvSource({
        "model.embed_tokens.weight",
        "text_model.embeddings.token_embedding.weight",
        "embeddings.class_embedding"
    })
    void tablesAreNormalAndSmall(String name) {
        float[] values = start.values(name, List.of(200L, 100L));
        assertThat(deviation(values)).isCloseTo(0.02, within(0.0005));
        long beyond = IntStream.range(0, values.length)
                .filter(i -> Math.abs(values[i]) > 0.04)
                .count();
        assertThat((double) beyond / values.length).isBetween(0.04, 0.051);
    }

    /** A patch embedding is a convolution in spite of its name. */
    @Test
    void aPatchEmbeddingBeginsAsTheConvolutionThatItIs() {
        float[] values = start.values("embeddings.patch_embedding.weight", List.of(64L, 3L, 12L, 12L));
        assertThat(largest(values))
                .isLessThanOrEqualTo(1 / Math.sqrt(3 * 12 * 12))
                .isGreaterThan(0.047);
        assertThat(deviation(values)).isCloseTo(1 / Math.sqrt(3 * 3 * 12 * 12), within(0.001));
    }

    @Test
    void normsPassOnWhatTheyGetAndBiasesAddNothing() {
        assertThat(start.values("layers.0.norm.weight", List.of(5L))).containsOnly(1);
        assertThat(start.values("layers.0.norm.bias", List.of(5L))).containsOnly(0);
        assertThat(start.values("layers.0.linear.bias", List.of(5L))).containsOnly(0);
    }

    @Test
    void aTensorFollowsFromSeedAndNameAndNotFromWhatWasAskedBefore() {
        List<Long> shape = List.of(8L, 8L);
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("b.weight", shape);
        shapes.put("a.weight", shape);
        List<TensorData> both = new StartValues(7).of(shapes);
        assertThat(both).extracting(one -> one.info().name()).containsExactly("b.weight", "a.weight");
        float[] alone = new StartValues(7).values("a.weight", shape);
        assertThat(start.values("b.weight", shape)).isNotEqualTo(alone);
        assertThat(start.values("a.weight", shape)).isEqualTo(alone);
        assertThat(new StartValues(8).values("a.weight", shape)).isNotEqualTo(alone);
    }

    @Test
    void aLongerTensorOfTheSameNameBeginsWithTheSameTable() {
        float[] few = start.values("embed_tokens.weight", List.of(3L, 8L));
        float[] more = start.values("embed_tokens.weight", List.of(9L, 8L));
        assertThat(more).startsWith(few);
    }

    /** Away from its diagonal it is a quarter of what it would be, on it one more. */
    @Test
    void aMatrixNearTheIdentityHasTheRestOfItsNoise() {
        int width = 6;
        float[] plain = start.values("o_proj.weight", List.of(6L, 6L));
        float[] near = start.nearIdentity("o_proj.weight", width, 1, 0.25);
        for (int i = 0; i < near.length; i++) {
            double own = i % (width + 1) == 0 ? 1 : 0;
            assertThat(near[i] - own).isCloseTo(plain[i] / 4, within(1e-7));
        }
    }

    @Test
    void withNothingOfEitherAMatrixIsTheIdentityOrZero() {
        assertThat(start.nearIdentity("x", 3, 1, 0)).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
        assertThat(start.nearIdentity("x", 3, 0, 0)).containsOnly(0);
    }
}
