package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Losses and their gradients against PyTorch's autograd, and what is folded into other layers by what comes out. */
class PretrainingKernelsTest {
    private static final double NEAR = 2e-5;

    private final Golden golden = Golden.of("pretraining");
    private Arena arena;

    @BeforeEach
    void open() {
        arena = Cpu.arena();
    }

    @AfterEach
    void close() {
        arena.close();
        golden.close();
    }

    private NDArray given(String name) {
        return golden.get(name).in(arena);
    }

    private void mustBe(String name, NDArray made) {
        Values.of(made).mustBe(name, golden.get(name), NEAR);
    }

    private NDArray[] call(String kernel, Object... arguments) {
        return Kernels.get().call(arena, kernel, arguments);
    }

    @Test
    void captionsAreToldApartAsClipDoes() {
        NDArray temperature = arena.zeros(1);
        NDArray[] made = call(
                "contrast",
                given("contrast.pictures"),
                given("contrast.texts"),
                given("contrast.temperature"),
                temperature,
                0.7);
        mustBe("contrast.loss", made[0]);
        mustBe("contrast.hits", made[1]);
        mustBe("contrast.dpictures", made[2]);
        mustBe("contrast.dtexts", made[3]);
        mustBe("contrast.dtemperature", temperature);
    }

    @Test
    void rowsAnswerSeveralQuestionsAtOnce() {
        NDArray head = arena.zeros(9, 5);
        NDArray answers =
                Kernels.get().one(arena, "window", arena.longs(golden.longs("labelled.answers")), 0, new long[] {3, 7});
        NDArray[] made =
                call("labelled", given("labelled.x"), given("labelled.head"), head, answers, new long[] {3, 2, 4}, 0.3);
        mustBe("labelled.loss", made[0]);
        mustBe("labelled.hits", made[1]);
        mustBe("labelled.counts", made[2]);
        mustBe("labelled.dx", made[3]);
        mustBe("labelled.dhead", head);
    }

    @Test
    void rowsAreDrawnToTheirWords() {
        NDArray table = arena.zeros(8, 5);
        NDArray answers =
                Kernels.get().one(arena, "window", arena.longs(golden.longs("worded.answers")), 0, new long[] {3, 6});
        NDArray[] made = call("worded", given("worded.x"), given("worded.table"), table, answers, 0.6);
        mustBe("worded.loss", made[0]);
        mustBe("worded.dx", made[1]);
        mustBe("worded.dtable", table);
    }

    @Test
    void aQuestionThatNoRowIsAskedCostsNothing() {
        NDArray nothing = Kernels.get().one(arena, "window", arena.longs(-1L, -1L), 0, new long[] {1, 2});
        NDArray[] made = call(
                "labelled",
                arena.floats(new float[] {1, 2, 3, 4}, 2, 2),
                arena.floats(new float[] {1, 0, 0, 1}, 2, 2),
                arena.none(),
                nothing,
                new long[] {2},
                1.0);
        assertThat(made[0].getFloat()).isZero();
        assertThat(made[3].toFloatArray()).containsOnly(0f);
    }

    @Test
    void placesAreWeighed() {
        NDArray[] made =
                call("framed_loss", given("framed.prediction"), given("framed.target"), given("framed.weights"), 0.4);
        mustBe("framed.loss", made[0]);
        mustBe("framed.gradient", made[1]);
    }

    /** What the changed layer gives for the rows is what the layer gives for rows of mean 0 and covariance one. */
    @Test
    void aLinearSeesWhiteRows() {
        NDArray x = given("whitened.x");
        float[] identity = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
        NDArray[] white = call("whitened", x, arena.floats(identity, 4, 4), arena.zeros(4));
        float[] rows = x.matMul(white[0].transpose()).add(white[1]).toFloatArray();
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double sum = 0;
                for (int n = 0; n < rows.length / 4; n++) {
                    sum += (double) rows[4 * n + i] * rows[4 * n + j];
                }
                assertThat(4 * sum / rows.length).isCloseTo(i == j ? 1 : 0, within(2e-2));
            }
        }
        NDArray weight = given("whitened.weight");
        NDArray bias = given("whitened.bias");
        NDArray[] made = call("whitened", x, weight, bias);
        Values expected = Values.of(x.matMul(white[0].transpose())
                .add(white[1])
                .matMul(weight.transpose())
                .add(bias));
        Values.of(x.matMul(made[0].transpose()).add(made[1])).mustBe("rows", expected, 1e-4);
    }

    /** Means come out even, variances change with them, and what is decoded stays. */
    @Test
    void latentsAreMadeEvenAtBothEnds() {
        List<NDArray> ends = List.of(
                given("even.quant.weight"),
                given("even.quant.bias"),
                given("even.post.weight"),
                given("even.post.bias"));
        NDArray[] even = call("even_latents", given("even.means"), ends);
        NDArray moments = convolved(given("even.before"), even[0], even[1]);
        NDArray means = moments.get(":, :2");
        for (int channel = 0; channel < 2; channel++) {
            float[] one = means.get(":, " + channel).toFloatArray();
            double mean = 0;
            double square = 0;
            for (float value : one) {
                mean += value / one.length;
                square += value * value / one.length;
            }
            assertThat(mean).isCloseTo(0, within(1e-5));
            assertThat(square).isCloseTo(1, within(1e-4));
        }
        mustBe("even.decoded", convolved(means, even[2], even[3]));
        // The deviation shrinks as the mean's spread does: exp(log/2) is divided by the same number.
        float[] before = golden.get("even.means").data();
        float[] after = means.toFloatArray();
        float[] logs = golden.get("even.logs").data();
        float[] own = moments.get(":, 2:").toFloatArray();
        double shrunk = (after[1] - after[0]) / (before[1] - before[0]);
        assertThat(Math.exp(own[0] / 2)).isCloseTo(shrunk * Math.exp(logs[0] / 2), within(1e-4));
    }

    private NDArray convolved(NDArray x, NDArray weight, NDArray bias) {
        List<NDArray> none = List.of(arena.none(), arena.none(), arena.none(), arena.none());
        return new BlockKernels.Convolution(1, 0, 0, 0).forward(arena, x, List.of(weight, bias), none)[0];
    }

    @Test
    void picturesAreComparedInDecibels() {
        mustBe("peak.value", call("peak_signal", given("peak.made"), given("peak.wanted"))[0]);
    }

    @Test
    void theSameSeedGivesTheSameNoise() {
        long[] shape = {4, 100};
        NDArray noise = Kernels.get().one(arena, "normal", shape, 1.0, 5);
        assertThat(Kernels.get().one(arena, "normal", shape, 1.0, 5).toFloatArray())
                .isEqualTo(noise.toFloatArray());
        assertThat(Kernels.get().one(arena, "normal", shape, 1.0, 6).toFloatArray())
                .isNotEqualTo(noise.toFloatArray());
        assertThat(noise.mean().getFloat()).isCloseTo(0, within(0.2f));
    }
}
