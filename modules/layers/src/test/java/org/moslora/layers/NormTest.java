package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Norms stand inside blocks and have no kernel of their own, so a block is made in which they are all that is left:
 * with every weight at zero a block adds nothing to its input, and with one linear at the identity it adds the norm.
 */
class NormTest {
    private static final BlockKernels.Vision TOWER = new BlockKernels.Vision(new long[] {5}, 4, "relu", 0, 0, false);

    @Test
    void aBlockOfZerosPassesItsInputOn() {
        Random random = new Random(3);
        BlockValues tensors = BlockValues.vision(random, 5);
        List<Values> zeros = new ArrayList<>(tensors.weights().subList(0, 4));
        tensors.weights().subList(4, 16).forEach(weight -> zeros.add(Values.zeros(weight.shape())));
        List<Values> none =
                tensors.pairs().stream().map(pair -> Values.zeros(0)).toList();
        BlockValues bare = new BlockValues(tensors.x(), tensors.dy(), zeros, none);
        BlockKernels kernels = new BlockKernels.Vision(new long[] {5}, 3, "gelu", 0, 0, false);
        bare.forward(kernels).mustBe("y", tensors.x(), 0);
        bare.run(kernels).dx().mustBe("dx", tensors.dy(), 0);
    }

    @Test
    void layerNormIsPyTorchs() {
        try (Golden golden = Golden.of("norms")) {
            // relu(x·I + 100)·I - 100 is the identity on what is above -100: y = x + norm(x).
            List<Values> weights = new ArrayList<>();
            weights.add(golden.get("layer.w"));
            weights.add(golden.get("layer.b"));
            weights.add(golden.get("layer.w"));
            weights.add(golden.get("layer.b"));
            for (int i = 0; i < 4; i++) {
                weights.add(Values.zeros(16, 16));
                weights.add(Values.zeros(16));
            }
            for (float offset : new float[] {100, -100}) {
                weights.add(identity(16));
                weights.add(constant(offset, 16));
            }
            Values x = golden.get("x");
            BlockValues tensors = new BlockValues(x, golden.get("dy"), weights, golden.list("none", 24));
            BlockValues.Result result = tensors.run(TOWER);
            Values normed = result.y().plus(-1, x.data());
            // What 100 swallows of a float, 4e-6, is a share of the largest entry of y.
            normed.mustBe("y", golden.get("layer.y"), Tolerance.FP32);
            Values dx = result.dx().plus(-1, golden.get("dy").data());
            dx.mustBe("dx", golden.get("layer.dx"), Tolerance.FP32);
            result.weights().get(2).mustBe("weight", golden.get("layer.gw"), Tolerance.FP32);
            result.weights().get(3).mustBe("bias", golden.get("layer.gb"), Tolerance.FP32);
        }
    }

    @Test
    void rmsNormIsLlamas() {
        try (Golden golden = Golden.of("norms");
                Arena arena = Cpu.arena()) {
            List<NDArray> weights =
                    List.of(golden.get("rms.w").in(arena), identity(16).in(arena));
            Structure head = BlockKernels.frozen(arena, 2, weights, List.of());
            NDArray logits = Kernels.get().one(arena, "logits", golden.get("x").in(arena), head, 1e-5, 0.0);
            Values.of(logits).mustBe("y", golden.get("rms.y"), Tolerance.FP32);
        }
    }

    private static Values identity(int size) {
        Values made = Values.zeros(size, size);
        for (int i = 0; i < size; i++) {
            made.data()[i * size + i] = 1;
        }
        return made;
    }

    private static Values constant(float value, int size) {
        Values made = Values.zeros(size);
        java.util.Arrays.fill(made.data(), value);
        return made;
    }
}
