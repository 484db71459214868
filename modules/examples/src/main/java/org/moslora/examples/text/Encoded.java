package org.moslora.examples.text;

import java.util.List;

/**
 * One conversation as numbers.
 *
 * @param id the conversation's
 * @param ids its tokens, image tokens widened
 * @param labels as long as {@code ids}: the token itself where it carries a loss, else {@link #IGNORED}
 * @param imagePositions where in {@code ids} the image tokens stand, ascending, picture by picture
 * @param images the pictures, in the order of their tokens
 * @param dropped how many tokens were left out to keep within the greatest length
 */
@SuppressWarnings("ArrayRecordComponent") // thousands of these are made and never compared
public record Encoded(
        String id, int[] ids, int[] labels, int[] imagePositions, List<ShownPicture> images, int dropped) {
    /** The label of a token without a loss. */
    public static final int IGNORED = -100;

    public Encoded {
        images = List.copyOf(images);
    }

    /** How many tokens carry a loss; the first never does, for nothing predicts it. */
    public int supervised() {
        int count = 0;
        for (int i = 1; i < labels.length; i++) {
            count += labels[i] == IGNORED ? 0 : 1;
        }
        return count;
    }
}
