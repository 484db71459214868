package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks against the layers of transformers: output, gradient of the input, gradients of every weight and pair. */
class BlockGoldenTest {
    private static final BlockKernels.Decoder DECODER =
            new BlockKernels.Decoder(new long[] {6, 5}, new long[0], new long[] {4, 2, 4}, 1e-5, 0, 0, false);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDecoderBlockIsQwen2sWithPairsOnEveryLinear(boolean composed) {
        compare("decoder", DECODER.composed(composed), 16, 14);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDecoderBlockWithoutBiasesAndPairsIsLlamas(boolean composed) {
        BlockKernels.Decoder kernels =
                new BlockKernels.Decoder(new long[] {6, 5}, new long[0], new long[] {4, 4, 4}, 1e-6, 0, 0, composed);
        try (Golden golden = Golden.of("decoder_plain")) {
            List<Values> none = BlockValues.places(golden.list("p", 14));
            BlockValues tensors = new BlockValues(golden.get("x"), golden.get("dy"), golden.list("w", 16), none);
            compare(tensors.run(kernels), golden);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick_gelu", "gelu", "gelu_pytorch_tanh", "silu", "relu"})
    void aTowerBlockIsClips(String activation) {
        long[] pictures = {5, 5};
        compare("vision_" + activation, new BlockKernels.Vision(pictures, 3, activation, 0, 0, false), 16, 12);
        compare("vision_" + activation, new BlockKernels.Vision(pictures, 3, activation, 0, 0, true), 16, 12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gelu", "silu"})
    void theProjectorIsTwoLinearsWithAnActivationBetween(String activation) {
        compare("projector_" + activation, new BlockKernels.Projector(activation, 0, 0), 4, 4);
    }

    @Test
    void aWrongWeightIsSeen() {
        try (Golden golden = Golden.of("decoder")) {
            BlockValues tensors = BlockValues.of(golden, 16, 14);
            Values weight = tensors.weights().get(10);
            float[] one = new float[weight.data().length];
            one[5] = 1;
            Values y = tensors.moved(false, 10, weight.plus(0.01, one)).forward(DECODER);
            assertThat(y.distance(golden.get("y"))).isGreaterThan(Tolerance.FP32);
        }
    }

    private static void compare(String name, BlockKernels kernels, int weights, int pairs) {
        try (Golden golden = Golden.of(name)) {
            compare(BlockValues.of(golden, weights, pairs).run(kernels), golden);
        }
    }

    private static void compare(BlockValues.Result result, Golden golden) {
        result.y().mustBe("y", golden.get("y"), Tolerance.FP32);
        result.dx().mustBe("dx", golden.get("dx"), Tolerance.FP32);
        compare("gw", result.weights(), golden.list("gw", result.weights().size()));
        compare(
                "gp",
                result.pairs(),
                BlockValues.places(golden.list("gp", result.pairs().size() / 2)));
    }

    private static void compare(String prefix, List<Values> actual, List<Values> expected) {
        for (int i = 0; i < actual.size(); i++) {
            // The exact gradient of the keys' bias is zero; what is left of it is rounding.
            if (expected.get(i).largest() > 1e-4) {
                actual.get(i).mustBe(prefix + "." + i, expected.get(i), Tolerance.FP32);
            } else {
                assertThat(actual.get(i).largest()).as(prefix + "." + i).isLessThan(1e-4);
            }
        }
    }
}
