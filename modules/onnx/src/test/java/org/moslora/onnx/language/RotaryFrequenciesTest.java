package org.moslora.onnx.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.llama.Rope;

/** Frequencies of rotary positions are those of transformers 5.24, {@code LlamaRotaryEmbedding(config).inv_freq}. */
final class RotaryFrequenciesTest {
    static Stream<Arguments> ropes() {
        return Stream.of(
                Arguments.of(
                        new Rope("default", 10_000, List.of()),
                        new float[] {1, 0.158489317f, 0.0251188632f, 0.00398107059f, 0.000630957307f}),
                Arguments.of(new Rope("linear", 1_000_000, List.of(4.0)), new float[] {
                    0.25f,
                    0.0444569848f,
                    0.00790569466f,
                    0.00140585331f,
                    0.000250000012f,
                    4.44569851e-05f,
                    7.90569356e-06f,
                    1.40585337e-06f
                }),
                Arguments.of(new Rope("llama3", 500_000, List.of(8.0, 1.0, 4.0, 8192.0)), new float[] {
                    1,
                    0.193922758f,
                    0.0376060307f,
                    0.00729266508f,
                    0.000524846022f,
                    3.42810235e-05f,
                    6.64786967e-06f,
                    1.28917316e-06f
                }),
                Arguments.of(new Rope("llama3", 10_000, List.of(32.0, 1.0, 4.0, 64.0)), new float[] {
                    1, 0.0898335353f, 0.00145049638f, 0.000312499993f, 6.73260729e-05f, 1.45049671e-05f
                }));
    }

    @ParameterizedTest
    @MethodSource("ropes")
    void frequenciesAreTheReferences(Rope rope, float[] wanted) {
        float[] made = RotaryAngles.of(rope, 2 * wanted.length);
        assertThat(made).hasSize(wanted.length);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(made[i]).as("%s, frequency %d", rope, i).isCloseTo(wanted[i], Percentage.withPercentage(1e-4));
        }
    }
}
