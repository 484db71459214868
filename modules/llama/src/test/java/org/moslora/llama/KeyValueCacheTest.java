package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Linears;

/** What has been said of a conversation is remembered, forgotten and given more room. */
class KeyValueCacheTest {
    private static final float NEAR = 1e-4f;

    private static float[] next(Llama model, KeyValueCache cache, int... ids) {
        try (Arena step = model.step()) {
            return model.step(step, ids, new int[] {ids.length}, List.of(), cache)
                    .toFloatArray();
        }
    }

    /** An answer that is taken back leaves no trace, also where layers see only a window. */
    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "gemma3", "window"})
    void whatIsTakenBackWasNeverSaid(String name) {
        try (GoldenText golden = GoldenText.of(name);
                Llama model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(1, 20)) {
            int[] ids = golden.ids(2);
            next(model, cache, Arrays.copyOf(ids, 6));
            next(model, cache, 3, 9, 4, 4);
            cache.rewind(0, 6);
            assertThat(cache.length(0)).isEqualTo(6);
            float[] logits = next(model, cache, ids[6], ids[7]);
            assertThat(logits).containsExactly(golden.logits(2, 7), within(NEAR));
            cache.rewind(0, 99);
            assertThat(cache.length(0)).as("nothing lies ahead").isEqualTo(8);
            assertThat(cache.next()).containsExactly(8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "qwen3", "window"})
    void moreRoomKeepsWhatThereIs(String name) {
        try (GoldenText golden = GoldenText.of(name);
                Llama model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(1, 5)) {
            int[] ids = golden.ids(2);
            next(model, cache, Arrays.copyOf(ids, 5));
            cache.reserve(3);
            assertThat(cache.room()).as("never less").isEqualTo(5);
            for (int i = 5; i < ids.length; i++) {
                cache.reserve(i + 1);
                assertThat(next(model, cache, ids[i])).containsExactly(golden.logits(2, i), within(NEAR));
            }
            assertThat(cache.room()).isEqualTo(ids.length);
        }
    }

    /** Conversations that are let go give their arrays to those that branch off, and no more are held than before. */
    @Test
    void branchingTurnsConversationsRoundAndBackAgain() {
        try (GoldenText golden = GoldenText.of("llama");
                Llama model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(2, 20)) {
            int[] first = golden.ids(2);
            int[] ids = {first[0], first[1], first[2], 7, 8};
            try (Arena step = model.step()) {
                model.step(step, ids, new int[] {3, 2}, List.of(), cache);
            }
            cache.branch(new int[] {1, 0});
            assertThat(List.of(cache.length(0), cache.length(1))).containsExactly(2, 3);
            cache.branch(new int[] {1, 1});
            assertThat(List.of(cache.length(0), cache.length(1))).containsExactly(3, 3);
            cache.rewind(0, 1);
            cache.branch(new int[] {1});
            assertThat(cache.length(0)).as("a copy was rewound, not this one").isEqualTo(3);
            assertThat(next(model, cache, first[3])).containsExactly(golden.logits(2, 3), within(NEAR));
        }
    }
}
