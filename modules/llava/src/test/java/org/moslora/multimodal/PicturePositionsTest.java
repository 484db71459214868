package org.moslora.multimodal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.examples.image.PictureInput;
import org.moslora.llama.RowPositions;

/** Positions of words and pictures along time, row and column. */
class PicturePositionsTest {
    private static final PicturePositions POSITIONS = new PicturePositions(9, 2);

    private static PictureInput picture(int height, int width) {
        return new PictureInput(new float[0], height, width, height * width / 4);
    }

    /** Qwen2_5_VLModel.get_rope_index of transformers 5.24.0 for pictures of 4 × 6 and 4 × 2 patches. */
    @Test
    void picturesStandStillInTimeAndWordsGoOnBehindThem() {
        int[] ids = {1, 2, 9, 9, 9, 9, 9, 9, 3, 4, 9, 9, 5};
        RowPositions found =
                POSITIONS.of(ids, new int[] {ids.length}, List.of(picture(4, 6), picture(4, 2)), new int[] {0});
        assertThat(found.axes().get(0)).containsExactly(0, 1, 2, 2, 2, 2, 2, 2, 5, 6, 7, 7, 9);
        assertThat(found.axes().get(1)).containsExactly(0, 1, 2, 2, 2, 3, 3, 3, 5, 6, 7, 8, 9);
        assertThat(found.axes().get(2)).containsExactly(0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7, 7, 9);
    }

    /** Packed conversations have the positions that each has alone, moved to where it goes on. */
    @Test
    void conversationsOfABatchDoNotSeeEachOther() {
        int[] first = {1, 9, 9, 4};
        int[] second = {9, 2, 2};
        RowPositions both = POSITIONS.of(
                new int[] {1, 9, 9, 4, 9, 2, 2}, new int[] {4, 3}, List.of(picture(2, 4), picture(2, 2)), new int[] {
                    0, 10
                });
        RowPositions one = POSITIONS.of(first, new int[] {4}, List.of(picture(2, 4)), new int[] {0});
        RowPositions other = POSITIONS.of(second, new int[] {3}, List.of(picture(2, 2)), new int[] {10});
        for (int axis = 0; axis < 3; axis++) {
            assertThat(both.axes().get(axis))
                    .startsWith(one.axes().get(axis))
                    .endsWith(other.axes().get(axis));
        }
        assertThat(other.axes().get(0)).containsExactly(10, 11, 12);
    }

    /** A stretch that goes on behind a picture continues as the whole does. */
    @Test
    void aConversationInStretchesHasThePositionsOfTheWhole() {
        int[] ids = {1, 9, 9, 9, 9, 9, 9, 3, 4};
        List<PictureInput> pictures = List.of(picture(2, 12));
        RowPositions whole = POSITIONS.of(ids, new int[] {9}, pictures, new int[] {0});
        RowPositions begun = POSITIONS.of(new int[] {1, 9, 9, 9, 9, 9, 9}, new int[] {7}, pictures, new int[] {0});
        int[] next = begun.next(new int[] {7}, new int[] {0});
        RowPositions rest = POSITIONS.of(new int[] {3, 4}, new int[] {2}, List.of(), new int[] {next[6]});
        for (int axis = 0; axis < 3; axis++) {
            assertThat(whole.axes().get(axis)).endsWith(rest.axes().get(axis));
        }
        assertThat(rest.axes().get(1)).containsExactly(7, 8);
    }

    @Test
    void withoutPicturesTheAxesAreOne() {
        RowPositions words = POSITIONS.of(new int[] {1, 2, 9}, new int[] {3}, List.of(), new int[] {4});
        assertThat(words.axes()).allSatisfy(axis -> assertThat(axis).containsExactly(4, 5, 6));
    }
}
