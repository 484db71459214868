package org.moslora.diffusion.t5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** The encoder against transformers: texts longer than its distances, with padding that is attended to. */
class T5GoldenTest {
    private static final int LENGTH = 24;

    @Test
    void encodesAsTransformersDoes() {
        try (Golden golden = Golden.of("t5");
                T5Encoder encoder = build(golden);
                Arena step = encoder.step()) {
            int[] long24 = new int[LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                long24[i] = (7 * i + i * i / 3) % 20;
            }
            int[] padded = new int[LENGTH];
            padded[0] = 5;
            padded[1] = 5;
            padded[2] = 5;
            padded[3] = 1;
            golden.check("states", encoder.encode(step, List.of(long24, padded)), Golden.FP32);
            assertThatThrownBy(() -> encoder.encode(step, List.of(new int[] {1, 20})))
                    .hasMessageContaining("token id 20")
                    .hasMessageContaining("tokenizer");
            assertThatThrownBy(() -> encoder.encode(step, List.of(new int[1], new int[2])))
                    .hasMessageContaining("one length");
        }
    }

    @Test
    void knowsTheTensorsOfT5Xxl() {
        Problems problems = new Problems();
        T5Config xxl = T5Config.read(ConfigSection.parse(
                "text_encoder_2/config.json",
                "{\"model_type\": \"t5\", \"d_model\": 4096, \"d_ff\": 10240, \"num_layers\": 24, \"num_heads\": 64,"
                        + " \"feed_forward_proj\": \"gated-gelu\"}",
                problems));
        assertThat(problems.found()).isEmpty();
        assertThat(T5Names.expected(xxl).values().stream()
                        .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
                        .sum())
                .isEqualTo(4_762_310_656L);
        T5Config.read(ConfigSection.parse("config.json", "{\"relative_attention_num_buckets\": 30}", problems));
        assertThat(problems.found()).hasSize(2);
    }

    private static T5Encoder build(Golden golden) {
        Engine.start(1);
        Problems problems = new Problems();
        T5Config config = T5Config.read(golden.config(problems));
        problems.throwIfAny();
        return new T5Encoder(config, Formula.of(T5Names.expected(config)), Compute.cpu());
    }
}
