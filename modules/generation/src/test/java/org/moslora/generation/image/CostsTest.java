package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.generation.PromptCost;
import org.moslora.llama.DecoderParts;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.Rope;

/** What things are said to take in memory: more for more, and never less than what is known to lie there. */
final class CostsTest {
    private static final StepCost TWO = new StepCost(
            List.of(
                    new StepCost.Blocks(3, StepCost.Stream.TEXT, 10, 100),
                    new StepCost.Blocks(5, StepCost.Stream.JOINT, 20, 1000)),
            32,
            1);

    @ParameterizedTest
    @CsvSource({"1, 33", "32, 33", "33, 65", "0, 1", "512, 513"})
    void aTextIsFilledUpToAMultiple(int length, long rows) {
        assertThat(TWO.textRows(length)).isEqualTo(rows);
    }

    @Test
    void aStepTakesWhatBlocksAreGivenTheLargestBackwardPassAndWhatIsKept() {
        long text = 7;
        long picture = 11;
        assertThat(TWO.inside(text, picture)).isEqualTo(3 * 7 * 100 + 5 * 18 * 1000);
        long without = TWO.bytes(text, picture, 4, 0);
        assertThat(without).isEqualTo(4L * (3 * 7 * 10 + 5 * 18 * 20 + 4 * 18 * 1000));
        assertThat(TWO.bytes(text, picture, 4, 1000)).isEqualTo(without + 1000);
        long all = TWO.inside(text, picture) * 4;
        assertThat(TWO.bytes(text, picture, 4, Long.MAX_VALUE))
                .as("no more is kept than there is")
                .isEqualTo(without + all);
        assertThat(TWO.bytes(text, picture, 2, 0) * 2)
                .as("half the bytes a number")
                .isEqualTo(without);
    }

    @Test
    void aStepOfMoreRowsNeverTakesLess() {
        long before = 0;
        for (int rows = 1; rows < 4096; rows *= 2) {
            long now = TWO.bytes(rows, rows, 4, 1 << 20);
            assertThat(now).isGreaterThan(before);
            before = now;
        }
    }

    /** LLaMA 7B's cache: two numbers a layer and hidden unit for each token, 512 KiB in two bytes. */
    @Test
    void aConversationTakesItsKeysAndValuesAtLeast() {
        Rope rope = new Rope("default", 10000, List.of());
        LanguageModelConfig text = new LanguageModelConfig(
                "llama",
                4096,
                11008,
                32,
                32,
                32,
                128,
                32000,
                4096,
                1e-5,
                rope,
                false,
                false,
                false,
                false,
                DecoderParts.plain(32, rope));
        PromptCost cost = PromptCost.ofTorch(text, 2);
        assertThat(2 * PromptCost.cache(text, 1, 1)).isEqualTo(512 * 1024);
        assertThat(cost.bytes(1, 1000, 1)).isGreaterThan(1000 * 512 * 1024.0);
        assertThat(cost.bytes(1, 1000, 4)).isGreaterThan(4 * 1000 * 512 * 1024.0);
        assertThat(cost.bytes(900, 1000, 1)).isGreaterThan(cost.bytes(1, 1000, 1));
    }
}
