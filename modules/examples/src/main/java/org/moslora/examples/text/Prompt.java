package org.moslora.examples.text;

import java.util.Arrays;
import java.util.List;
import org.moslora.problems.InvalidInput;

/**
 * A conversation up to where an answer starts.
 *
 * @param ids its tokens, image tokens widened
 * @param imageToken the id of image tokens
 * @param images the pictures, in the order of their tokens
 * @param expected the answer that the data gives; empty if it gives none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Prompt(int[] ids, int imageToken, List<ShownPicture> images, String expected) {
    /** @throws InvalidInput without a token, since then nothing can come after the last one */
    public Prompt {
        if (ids.length == 0) {
            throw new InvalidInput("prompt", "the tokenizer makes no token of it, so there is nothing to answer");
        }
        images = List.copyOf(images);
    }

    /**
     * How many tokens it shares with a text that it is to take the place of: not all of its own, and of no picture only
     * some.
     *
     * @param other the text's tokens
     * @param others its pictures
     */
    public int shared(int[] other, List<ShownPicture> others) {
        int alike = Arrays.mismatch(ids, other);
        int length = Math.min(alike < 0 ? ids.length : alike, ids.length - 1);
        int whole = 0;
        while (whole < picturesIn(length)
                && whole < others.size()
                && images.get(whole).equals(others.get(whole))) {
            whole++;
        }
        return Math.min(length, beforePicture(whole));
    }

    /** How many pictures stand whole among the first tokens. */
    public int picturesIn(int length) {
        int left = (int)
                Arrays.stream(ids, 0, length).filter(id -> id == imageToken).count();
        int whole = 0;
        while (whole < images.size() && left >= images.get(whole).tokens()) {
            left -= images.get(whole).tokens();
            whole++;
        }
        return whole;
    }

    /** Where a picture's first token stands; the end of the prompt for those that it has not got. */
    private int beforePicture(int picture) {
        int before =
                images.stream().limit(picture).mapToInt(ShownPicture::tokens).sum();
        int left = picture < images.size() ? before : Integer.MAX_VALUE;
        int at = 0;
        while (at < ids.length && !(ids[at] == imageToken && left-- == 0)) {
            at++;
        }
        return at;
    }
}
