package org.moslora.qwen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.examples.image.PictureInput;

/** Where patches lie, which windows they make and where they read a table, against vision_utils of transformers 5.24.0. */
class PatchLayoutTest {
    @Test
    void linesAndColumnsGoTokenByToken() {
        PatchLayout layout = layout(vision(2, 0, 0), "4x6");
        assertThat(layout.lines())
                .containsExactly(0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3, 2, 2, 3, 3);
        assertThat(layout.columns())
                .containsExactly(0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5);
    }

    /** CRC-32 of the two columns of get_vision_position_ids. */
    @ParameterizedTest
    @CsvSource({
        "8x2 2x2, 2, a410cf49, 89bc0f29",
        "10x14 6x6 2x12, 2, 6371c17d, a563da40",
        "3x6, 3, 25b98625, 4b126cc1",
        "3x2, 1, 48b24fae, 6333d58d"
    })
    void placesOfManyPicturesAreThoseOfTransformers(String pictures, int merge, String lines, String columns) {
        PatchLayout layout = layout(vision(merge, 0, 0), pictures);
        assertThat(sum(Arrays.stream(layout.lines()).asLongStream())).isEqualTo(lines);
        assertThat(sum(Arrays.stream(layout.columns()).asLongStream())).isEqualTo(columns);
    }

    /** get_vision_window_index: the CRC-32 of the order of tokens, and rows of each window. */
    @ParameterizedTest
    @CsvSource({
        "8x12, 2, 2, a68e80f7, 16 16 16 16 16 16",
        "10x14 6x6 2x12, 2, 4, 8a249ef4, 64 48 16 12 36 16 8",
        "4x4 6x2, 1, 2, fcf4bcb7, 4 4 4 4 4 4 4",
        "16x16, 2, 4, 974697a1, 64 64 64 64"
    })
    void windowsAreThoseOfTransformers(String pictures, int merge, int side, String order, String lengths) {
        PatchLayout.Windows windows = layout(vision(merge, side, 0), pictures).windows();
        int each = merge * merge;
        long[] tokens = new long[windows.order().length / each];
        for (int i = 0; i < windows.order().length; i++) {
            tokens[i / each] = windows.order()[i] / each;
            assertThat(windows.order()[i] % each)
                    .as("rows of a token stay together")
                    .isEqualTo(i % each);
            assertThat(windows.back()[(int) windows.order()[i]]).isEqualTo(i);
        }
        assertThat(sum(Arrays.stream(tokens))).isEqualTo(order);
        assertThat(Arrays.stream(windows.lengths()).mapToObj(Long::toString).collect(Collectors.joining(" ")))
                .isEqualTo(lengths);
    }

    /**
     * get_vision_interpolation_indices_and_weights, bilinear between corners: what is read of a table of cos(i), summed up,
     * and summed up times sin(row).
     */
    @ParameterizedTest
    @CsvSource({
        "4x6, 5, 2, -0.800486, 2.101685",
        "2x2, 48, 2, -0.025900, -0.114657",
        "10x14 6x6, 7, 2, -1.064913, 0.459538",
        "1x4, 3, 1, 1.498874, 0.726259",
        "8x8, 8, 2, 1.146120, 0.623308"
    })
    void aTableIsReadAsTransformersReadsIt(String pictures, int side, int merge, double sum, double dot) {
        PatchLayout.Read read = layout(vision(merge, 0, side), pictures).table();
        double all = 0;
        double along = 0;
        for (int row = 0; row < read.places().length / 4; row++) {
            double value = 0;
            double shares = 0;
            for (int i = 4 * row; i < 4 * row + 4; i++) {
                assertThat(read.places()[i]).isBetween(0L, (long) side * side - 1);
                value += read.shares()[i] * Math.cos(read.places()[i]);
                shares += read.shares()[i];
            }
            assertThat(shares).isCloseTo(1, within(1e-6));
            all += value;
            along += value * Math.sin(row);
        }
        assertThat(all).isCloseTo(sum, within(2e-5));
        assertThat(along).isCloseTo(dot, within(2e-5));
    }

    @Test
    void rowsOfEachPictureAreItsOwn() {
        PatchLayout layout = layout(vision(2, 4, 0), "10x14 6x6 2x12");
        assertThat(layout.wholes()).containsExactly(140, 36, 24);
        assertThat(LongStream.of(layout.windows().lengths()).sum()).isEqualTo(200);
    }

    private static QwenVision vision(int merge, int window, int places) {
        return new QwenVision(8, 8, 1, 2, 14, 2, merge, "silu", false, window, Set.of(), places, List.of());
    }

    private static PatchLayout layout(QwenVision vision, String pictures) {
        List<PictureInput> inputs = new ArrayList<>();
        for (String picture : pictures.split(" ")) {
            String[] sides = picture.split("x");
            inputs.add(new PictureInput(new float[0], Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), 0));
        }
        return new PatchLayout(vision, inputs);
    }

    private static String sum(LongStream numbers) {
        CRC32 crc = new CRC32();
        crc.update(numbers.mapToObj(Long::toString)
                .collect(Collectors.joining(","))
                .getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
