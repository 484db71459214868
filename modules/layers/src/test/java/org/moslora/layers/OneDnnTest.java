package org.moslora.layers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** oneDNN's products give what the library's own do, and only trainings have them. */
class OneDnnTest {
    static {
        Engine.start(1);
    }

    private static final int IN = 1024;
    private static final int INNER = 4096;

    /** 63 rows are too few, 70 are filled up. */
    @ParameterizedTest
    @ValueSource(ints = {63, 64, 70})
    void aTrainingComputesWhatOthersDo(int rows) {
        Values x = Values.random(new Random(1), 0, 1, rows, IN);
        Values dy = Values.random(new Random(2), 0, 1, rows, IN);
        List<Values> plain = projected(false, x, dy);
        List<Values> trained = projected(true, x, dy);
        List<String> names = List.of("y", "dx", "gradient of down", "gradient of up");
        for (int i = 0; i < names.size(); i++) {
            trained.get(i).mustBe(names.get(i), plain.get(i), 1e-5);
        }
    }

    @Test
    void whatIsNotTrainedIsTheSameToTheBitInEveryBatch() {
        Values x = Values.random(new Random(3), 0, 1, 70, IN);
        float[] all = projected(false, x, x).get(0).data();
        for (int rows : new int[] {4, 16, 63, 64}) {
            Values first = new Values(Arrays.copyOf(x.data(), rows * IN), rows, IN);
            float[] some = projected(false, first, first).get(0).data();
            assertThat(some).as("%d rows", rows).isEqualTo(Arrays.copyOf(all, some.length));
        }
    }

    /** [y, dx, gradients of the first layer's pair] of a projector. */
    private static List<Values> projected(boolean trains, Values x, Values dy) {
        Random random = new Random(4);
        Compute compute = trains ? Compute.cpu().training() : Compute.cpu();
        try (Arena arena = Arena.open(compute)) {
            Linear first = linear(arena, random, "linear_1", IN, INNER);
            LowRank pair = new LowRank(
                    Values.random(random, 0, 0.3, 2, IN).in(arena),
                    Values.random(random, 0, 0.3, INNER, 2).in(arena));
            LowRank gradient = new LowRank(arena.zeros(2, IN), arena.zeros(INNER, 2));
            first.adapt(pair, gradient, 0);
            Linear last = linear(arena, random, "linear_2", INNER, IN);
            Structure block = new BlockTensors(arena, List.of(), List.of(first, last)).block();
            NDArray[] made = Kernels.get().call(arena, "projector_forward", x.in(arena), block, 0, "gelu");
            List<NDArray> saved = Arrays.asList(made).subList(1, made.length);
            NDArray dx = Kernels.get()
                    .one(arena, "projector_backward", dy.in(arena), x.in(arena), saved, block, 0, true, "gelu");
            return List.of(Values.of(made[0]), Values.of(dx), Values.of(gradient.down()), Values.of(gradient.up()));
        }
    }

    private static Linear linear(Arena arena, Random random, String name, int in, int out) {
        NDArray weight = Values.random(random, 0, 0.1, out, in).in(arena);
        NDArray bias = Values.random(random, 0, 0.1, out).in(arena);
        return new Linear(new Site(name, in, out, false), weight, bias);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AuthenticAMD|fpu avx2 avx512f avx512_bf16|true",
                "AuthenticAMD|fpu avx avx2|false",
                "GenuineIntel|fpu avx2 avx512f amx_tile|false"
            })
    void itIsTakenWhereItWasMeasuredToBeQuicker(String processor) {
        String[] said = processor.split("\\|");
        List<String> lines = List.of(
                "processor\t: 0",
                "vendor_id\t: " + said[0],
                "model name\t: A processor avx512f",
                "flags\t\t: " + said[1]);
        assertThat(OneDnn.isQuicker(lines)).isEqualTo(Boolean.parseBoolean(said[2]));
        assertThat(OneDnn.isQuicker(List.of("Hardware : BCM2835"))).isFalse();
    }

    @Test
    void elsewhereTheKernelsDoWithout() {
        List<String> sources = List.of("kernels/blocks.py", "kernels/onednn.py");
        String archive = new String(KernelArchive.of(Kernels.class, sources, OneDnn::without), ISO_8859_1);
        assertThat(OneDnn.without("y = self.onednn_product(x, w, b)")).isEqualTo("y = self.product(x, w, b)");
        assertThat(archive).contains("ops.mkldnn._linear_pointwise").doesNotContain("torch.ops");
    }
}
