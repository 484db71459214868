package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Rotary angles by position, against LlamaRotaryEmbedding of transformers 5.24.0 for heads of width 16. */
class RopeTableTest {
    private static final RowPositions SEVEN_AND_FAR = new RowPositions(List.of(new int[] {7, 1500}));

    /** Sines of position 7, then cosines of position 1500, of all eight frequencies. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'rope_type': 'default', 'rope_theta': 10000.0"
                        + " | 0.6569866 0.8004216 0.6442177 0.2195561 0.06994285 0.02213414 0.006999943 0.002213593"
                        + " | -0.1102674 -0.9992456 0.6992508 -0.9522482 -0.7596879 0.03102283 0.07073709 0.8895936",
                "'rope_type': 'linear', 'rope_theta': 10000.0, 'factor': 4.0"
                        + " | 0.983986 0.5255816 0.1741081 0.05531162 0.01749911 0.005533958 0.001749999 0.0005533986"
                        + " | -0.4080545 0.7002064 0.9802427 0.7597758 -0.8205593 0.3755055 0.9305076 0.992977",
                "'rope_type': 'llama3', 'rope_theta': 500000.0, 'factor': 8.0, 'low_freq_factor': 1.0,"
                        + " 'high_freq_factor': 4.0, 'original_max_position_embeddings': 64"
                        + " | 0.6569866 0.5276409 0.03289934 0.006381039 0.001237436 0.0002399672 4.653509e-05 9.024212e-06"
                        + " | -0.1102674 0.9621537 0.7193394 0.2020216 0.9650493 0.9986782 0.9999503 0.9999982",
                "'rope_type': 'llama3', 'rope_theta': 500000.0, 'factor': 32.0, 'low_freq_factor': 1.0,"
                        + " 'high_freq_factor': 4.0, 'original_max_position_embeddings': 8192"
                        + " | 0.6569866 0.9773299 0.2602125 0.05102649 0.003006893 5.999179e-05 1.163377e-05 2.256053e-06"
                        + " | -0.1102674 -0.2828885 0.9902687 -0.05654684 0.7994994 0.9999174 0.9999969 0.9999999",
                "'rope_type': 'llama3', 'rope_theta': 10000.0, 'factor': 2.0, 'low_freq_factor': 2.0,"
                        + " 'high_freq_factor': 3.0, 'original_max_position_embeddings': 32"
                        + " | 0.6569866 0.8942699 0.3428978 0.1104539 0.03499286 0.01106775 0.003499993 0.001106797"
                        + " | -0.1102674 -0.01942198 0.9217513 0.1545184 0.3466353 -0.7179912 0.7316888 0.9720066"
            })
    void anglesAreThoseOfTransformers(String rope, String sines, String cosines) {
        LanguageModelConfig config = config("'rope_parameters': {" + rope + "}");
        Compute compute = compute();
        try (Arena arena = Arena.open(compute);
                Arena step = arena.child()) {
            NDArray[] angles = new RopeTable(arena, compute, config.rope(), config).at(step, SEVEN_AND_FAR);
            assertThat(Arrays.copyOf(angles[1].toFloatArray(), 8)).containsExactly(floats(sines), within(2e-6f));
            assertThat(Arrays.copyOfRange(angles[0].toFloatArray(), 8, 16))
                    .containsExactly(floats(cosines), within(3e-4f));
        }
    }

    /** However far the table has grown in between, a position's angles are the same bits, and one table is held. */
    @Test
    void theTableGrowsWithoutChangingWhatItHad() {
        LanguageModelConfig config = config("'rope_theta': 10000.0");
        Compute compute = compute();
        try (Arena arena = Arena.open(compute)) {
            RopeTable table = new RopeTable(arena, compute, config.rope(), config);
            float[] before = cosines(arena, table, 1023);
            int held = arena.live();
            for (int far : new int[] {1024, 5000, 70_000, 3}) {
                assertThat(cosines(arena, table, far)).hasSize(8).doesNotContain(Float.NaN);
                assertThat(arena.live()).isEqualTo(held);
            }
            assertThat(cosines(arena, table, 1023)).containsExactly(before);
        }
    }

    /** Of positions with three axes, each frequency turns by its own: here times, rows and columns differ. */
    @Test
    void eachFrequencyTurnsByTheAxisThatIsItsOwn() {
        LanguageModelConfig config = LanguageModelConfigReader.inside(
                section("'hidden_size': 32, 'num_attention_heads': 2, 'num_key_value_heads': 2, 'rope_parameters':"
                        + " {'rope_type': 'default', 'mrope_section': [4, 2, 2]}"),
                "qwen2_vl_text",
                false,
                0);
        Compute compute = compute();
        try (Arena arena = Arena.open(compute);
                Arena step = arena.child()) {
            RopeTable table = new RopeTable(arena, compute, config.rope(), config);
            float[] time = cosines(arena, table, 3);
            float[] row = cosines(arena, table, 40);
            float[] column = cosines(arena, table, 900);
            RowPositions one = new RowPositions(List.of(new int[] {3}, new int[] {40}, new int[] {900}));
            assertThat(table.at(step, one)[0].toFloatArray())
                    .containsExactly(time[0], time[1], time[2], time[3], row[4], row[5], column[6], column[7]);
        }
    }

    private static float[] cosines(Arena arena, RopeTable table, int position) {
        try (Arena step = arena.child()) {
            return table.at(step, new RowPositions(List.of(new int[] {position})))[0].toFloatArray();
        }
    }

    private static Compute compute() {
        Engine.start(1);
        return Compute.cpu();
    }

    private static ConfigSection section(String fields) {
        return ConfigSection.parse("config.json", "{" + fields.replace('\'', '"') + "}", new Problems());
    }

    private static LanguageModelConfig config(String more) {
        return LanguageModelConfigReader.read(section("'hidden_size': 32, 'num_attention_heads': 2, " + more), false);
    }

    private static float[] floats(String text) {
        String[] parts = text.split(" ");
        float[] values = new float[parts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(parts[i]);
        }
        return values;
    }
}
