package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Positions of rows of words and pictures, and where a conversation goes on. */
class RowPositionsTest {
    @Test
    void packedConversationsCountOnFromWhereEachWas() {
        RowPositions positions = RowPositions.following(new int[] {3, 0, 2}, new int[] {0, 5, 10});
        assertThat(positions.axes()).hasSize(1);
        assertThat(positions.axes().get(0)).containsExactly(0, 1, 2, 10, 11);
        assertThat(positions.next(new int[] {3, 0, 2}, new int[] {0, 5, 10})).containsExactly(1, 2, 3, 11, 12);
        assertThat(positions.largest()).isEqualTo(11);
    }

    /** get_rope_index of Qwen2_5_VLModel, transformers 5.24.0: two words, a picture of 2 × 3, two words, one of 2 × 1, a word. */
    @Test
    void aWordGoesOnBehindTheFarthestOfAllAxes() {
        RowPositions positions = new RowPositions(List.of(
                new int[] {0, 1, 2, 2, 2, 2, 2, 2, 5, 6, 7, 7, 9},
                new int[] {0, 1, 2, 2, 2, 3, 3, 3, 5, 6, 7, 8, 9},
                new int[] {0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7, 7, 9}));
        assertThat(positions.next(new int[] {13}, new int[] {0}))
                .containsExactly(1, 2, 3, 4, 5, 5, 5, 5, 6, 7, 8, 9, 10);
        assertThat(positions.joined()).hasSize(39).startsWith(0, 1, 2).endsWith(7, 7, 9);
        assertThat(positions.largest()).isEqualTo(9);
    }

    /** A picture may end before the place from which its conversation has come. */
    @Test
    void nothingGoesBackBeforeWhereAConversationWas() {
        RowPositions positions = new RowPositions(List.of(new int[] {2, 2}, new int[] {3, 4}, new int[] {1, 1}));
        assertThat(positions.next(new int[] {1, 1}, new int[] {9, 0})).containsExactly(9, 5);
        assertThat(new RowPositions(List.of(new int[0])).largest()).isZero();
    }
}
