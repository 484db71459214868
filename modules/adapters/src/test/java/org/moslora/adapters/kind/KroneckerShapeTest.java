package org.moslora.adapters.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.problems.InvalidInput;

/** How LoKr splits a dimension, against what PEFT 0.21.2's {@code factorization} gives. */
class KroneckerShapeTest {
    @ParameterizedTest
    @CsvSource({
        "512, -1, 16, 32",
        "1408, -1, 32, 44",
        "127, -1, 1, 127",
        "128, 4, 4, 32",
        "128, -1, 8, 16",
        "64, 32, 32, 2",
        "360, 50, 18, 20",
        "112, 5, 4, 28",
        "320, -1, 16, 20",
        "1280, 6, 5, 256",
        "768, 1, 1, 768",
        "6, -1, 2, 3",
        "2560, 16, 16, 160"
    })
    void splitsAsPeftDoes(long dimension, int factor, long first, long second) {
        assertThat(KroneckerFactorization.split(dimension, factor)).isEqualTo(first);
        assertThat(dimension / first).isEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2})
    void aFactorOfNothingIsRefused(int factor) {
        assertThatThrownBy(() -> new LokrSettings(factor, false, false))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("factor")
                .hasMessageContaining(String.valueOf(factor));
    }

    @ParameterizedTest
    @CsvSource({"2, 3, top_k", "0, 1, experts", "4, 0, top_k"})
    void moreChosenThanThereAreIsRefused(int experts, int topK, String key) {
        assertThatThrownBy(() -> new MoeSettings(experts, topK))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(key);
    }
}
