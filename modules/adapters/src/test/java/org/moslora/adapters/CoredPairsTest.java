package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.DType;

/** LoKr with a core between the halves of its large factor, written by hand, as programs have it that know pairs alone. */
class CoredPairsTest {
    private static final String PATH = "unet.conv_in";
    private static final String KEY = "lora_unet_conv_in.";
    private static final int PLACES = 9;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    /** A small factor of 2 x 2, a large one of 5 x 3 with a kernel of 3 x 3. */
    private static SingleFileAdapter cored(int rank, float alpha) {
        return new SingleFileAdapter(rank)
                .put(KEY + "lokr_w1", 2, 2)
                .put(KEY + "lokr_w2_a", rank, 5)
                .put(KEY + "lokr_w2_b", rank, 3)
                .put(KEY + "lokr_t2", rank, rank, 3, 3)
                .number(KEY + "alpha", alpha);
    }

    /** Σ core[i, j, p]·a[i, out]·b[j, in] at each place p, then w1 ⊗ that, times alpha by rank: in plain Java. */
    private static Matrix byHand(SingleFileAdapter made, int rank, double alpha) {
        Matrix small = made.value(KEY + "lokr_w1");
        Matrix a = made.value(KEY + "lokr_w2_a");
        Matrix b = made.value(KEY + "lokr_w2_b");
        Matrix core = made.value(KEY + "lokr_t2");
        double[] large = new double[5 * 3 * PLACES];
        for (int out = 0; out < 5; out++) {
            for (int in = 0; in < 3 * PLACES; in++) {
                for (int i = 0; i < rank; i++) {
                    for (int j = 0; j < rank; j++) {
                        double middle = core.data()[i * rank * PLACES + j * PLACES + in % PLACES];
                        large[out * 3 * PLACES + in] += middle * a.data()[i * 5 + out] * b.data()[j * 3 + in / PLACES];
                    }
                }
            }
        }
        double[] whole = new double[10 * 6 * PLACES];
        for (int row = 0; row < 10; row++) {
            for (int column = 0; column < 6 * PLACES; column++) {
                double left = small.data()[row / 5 * 2 + column / (3 * PLACES)];
                double right = large[row % 5 * 3 * PLACES + column % (3 * PLACES)];
                whole[row * 6 * PLACES + column] = left * right * alpha / rank;
            }
        }
        return new Matrix(10, 6 * PLACES, whole);
    }

    private static Matrix change(AdapterFile file, Arena arena) {
        float[] values = file.layers()
                .get(PATH)
                .update()
                .change(arena, AdapterFile.factors(arena, Compute.cpu()), 1)
                .toFloatArray();
        return Matrix.of(10, 6 * PLACES, values);
    }

    /** With a rank above the smaller side, too, where nothing is gained by the halves. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, KOHYA",
        "1, 3, DIFFUSERS",
        "1, 1, LYCORIS",
        "2, 1, KOHYA",
        "2, 5, DIFFUSERS",
        "4, 2, KOHYA",
        "4, 4, DIFFUSERS",
        "5, 2, KOHYA",
        "7, 3, KOHYA",
        "7, 3, DIFFUSERS",
        "7, 3, LYCORIS"
    })
    void theChangeIsTheSameAsAPair(int rank, float alpha, AdapterFormat format) throws IOException {
        SingleFileAdapter made = cored(rank, alpha);
        Matrix expected = byHand(made, rank, alpha);
        Path given = made.write(folder.resolve("given.safetensors"));
        Path there = folder.resolve(format.isFile() ? "there.safetensors" : "there");
        try (AdapterFile file = AdapterFile.open(given);
                Arena arena = Arena.open(Compute.cpu())) {
            change(file, arena).mustBe(expected);
            Conversion.write(format, file, there, arena, DType.F32, Map.of());
        }
        try (AdapterFile file = AdapterFile.open(there);
                Arena arena = Arena.open(Compute.cpu())) {
            change(file, arena).mustBe(expected);
            boolean pair = format != AdapterFormat.LYCORIS;
            assertThat(file.layers().get(PATH).rank()).isEqualTo(pair ? 2 * Math.min(rank, 5) : rank);
        }
    }
}
