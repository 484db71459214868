package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts that are asked for again are not encoded again, and what is remembered stays within bounds. */
final class CachedPromptEncoderTest {
    private final List<String> encoded = new ArrayList<>();

    private PromptEncoder encoder(int numbers, boolean zero) {
        return new PromptEncoder() {
            @Override
            public PromptEmbedding of(String text, TextReading reading) {
                encoded.add(text + "/" + reading.clipSkip() + "/" + reading.length());
                if (text.equals("broken")) {
                    throw new IllegalStateException("no such text");
                }
                return new PromptEmbedding(new float[numbers], new float[] {text.length()});
            }

            @Override
            public boolean zeroForNothing() {
                return zero;
            }
        };
    }

    @Test
    void aTextIsEncodedOnceForEachReading() {
        PromptEncoder cached = new CachedPromptEncoder(encoder(4, false));
        TextReading skipping = new TextReading(1, 0);
        PromptEmbedding first = cached.of("a cat", TextReading.PLAIN);
        assertThat(cached.of("a cat", TextReading.PLAIN)).isSameAs(first);
        assertThat(cached.of("a cat", skipping)).isNotSameAs(first);
        cached.of("a cat", new TextReading(0, 77));
        cached.of("a cat ", TextReading.PLAIN);
        cached.of("a cat", skipping);
        assertThat(encoded).containsExactly("a cat/0/0", "a cat/1/0", "a cat/0/77", "a cat /0/0");
    }

    /** Of texts of 24 MiB each, two are within 64 MiB, and the one that was asked for last stays. */
    @Test
    void whatWasNotAskedForLongestIsForgotten() {
        PromptEncoder cached = new CachedPromptEncoder(encoder(6 << 20, false));
        cached.of("a", TextReading.PLAIN);
        cached.of("b", TextReading.PLAIN);
        cached.of("a", TextReading.PLAIN);
        cached.of("c", TextReading.PLAIN);
        encoded.clear();
        cached.of("a", TextReading.PLAIN);
        cached.of("c", TextReading.PLAIN);
        assertThat(encoded).isEmpty();
        cached.of("b", TextReading.PLAIN);
        assertThat(encoded).containsExactly("b/0/0");
    }

    @Test
    void oneThatIsTooLargeAloneIsStillGivenAndRemembered() {
        PromptEncoder cached = new CachedPromptEncoder(encoder(17 << 20, false));
        PromptEmbedding large = cached.of("a", TextReading.PLAIN);
        assertThat(cached.of("a", TextReading.PLAIN)).isSameAs(large);
        assertThat(encoded).hasSize(1);
    }

    @Test
    void whatFailsIsTriedAgain() {
        PromptEncoder cached = new CachedPromptEncoder(encoder(4, false));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> cached.of("broken", TextReading.PLAIN)).hasMessage("no such text");
        }
        assertThat(encoded).hasSize(2);
    }

    /** Stable Diffusion XL takes zeros for an absent negative prompt, others the empty text. */
    @Test
    void nothingSaidIsZerosOrTheEmptyText() {
        PromptEmbedding empty = new CachedPromptEncoder(encoder(4, false)).nothing(TextReading.PLAIN);
        assertThat(empty.mustBePooled()).containsExactly(0);
        PromptEncoder zeroed = new PromptEncoder() {
            @Override
            public PromptEmbedding of(String text, TextReading reading) {
                return new PromptEmbedding(new float[] {3, 4}, new float[] {5});
            }

            @Override
            public boolean zeroForNothing() {
                return true;
            }
        };
        PromptEmbedding zeros = new CachedPromptEncoder(zeroed).nothing(TextReading.PLAIN);
        assertThat(zeros.states()).containsExactly(0, 0);
        assertThat(zeros.mustBePooled()).containsExactly(0);
        assertThat(new CachedPromptEncoder(zeroed).of("", TextReading.PLAIN).states())
                .containsExactly(3, 4);
    }
}
