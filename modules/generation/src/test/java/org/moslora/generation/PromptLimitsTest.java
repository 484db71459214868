package org.moslora.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.llama.DecoderParts;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.Rope;
import org.moslora.problems.InvalidInput;

/** What is too long for the model or for memory is refused before any work, saying which, and what to change. */
final class PromptLimitsTest {
    private static final Rope PLAIN = new Rope("default", 10000, List.of());

    private static LanguageModelConfig text(Rope rope) {
        DecoderParts parts = DecoderParts.plain(32, rope);
        return new LanguageModelConfig(
                "llama", 4096, 11008, 32, 32, 32, 128, 32000, 4096, 1e-5, rope, false, false, false, false, parts);
    }

    private static PromptLimits limits(Rope rope, long memory) {
        return new PromptLimits(text(rope), PromptCost.ofTorch(text(rope), Float.BYTES), () -> memory);
    }

    @Test
    void theModelsLengthIsTheLimit() {
        PromptLimits limits = limits(PLAIN, Long.MAX_VALUE);
        assertThat(limits.answer("chat", 1000, 256, 1)).isEqualTo(256);
        assertThat(limits.answer("chat", 4000, 256, 1)).isEqualTo(96);
        limits.score("row 7", 4096);
        assertThatThrownBy(() -> limits.answer("chat", 60_123, 256, 1))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("chat")
                .hasMessageContaining("60,123 tokens")
                .hasMessageContaining("4,096 (max_position_embeddings)");
        assertThatThrownBy(() -> limits.score("row 7", 4097)).hasMessageContaining("row 7");
    }

    @Test
    void stretchedPositionsReachFurther() {
        PromptLimits linear = limits(new Rope("linear", 10000, List.of(4.0)), Long.MAX_VALUE);
        assertThat(linear.answer("chat", 16_000, 1000, 1)).isEqualTo(384);
        assertThatThrownBy(() -> linear.answer("chat", 16_384, 1, 1)).hasMessageContaining("rotary");
        Rope llama3 = new Rope("llama3", 500_000, List.of(8.0, 1.0, 4.0, 1024.0));
        assertThat(limits(llama3, Long.MAX_VALUE).answer("chat", 4000, 1000, 1)).isEqualTo(96);
    }

    @Test
    void memoryIsTheOtherLimit() {
        PromptLimits limits = limits(PLAIN, 2L << 30);
        assertThat(limits.answer("chat", 1000, 256, 1)).isEqualTo(256);
        assertThatThrownBy(() -> limits.answer("chat", 3500, 256, 1))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("3,500 tokens")
                .hasMessageContaining("there are 2.0 GB")
                .hasMessageContaining("shorten the prompt");
        assertThatThrownBy(() -> limits.answer("chat", 1000, 256, 8)).hasMessageContaining("memory");
    }
}
