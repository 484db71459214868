package org.moslora.examples.text;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A conversation up to where an answer starts.
 *
 * @param ids its tokens, image tokens widened
 * @param imageToken the id of image tokens
 * @param images the picture files, in the order of their tokens
 * @param expected the answer that the data gives; empty if it gives none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Prompt(int[] ids, int imageToken, List<Path> images, String expected) {
    public Prompt {
        images = List.copyOf(images);
    }

    /**
     * How many tokens it shares with a text that it is to take the place of: not all of its own, and of no picture only
     * some.
     *
     * @param other the text's tokens
     * @param others its pictures
     */
    public int shared(int[] other, List<Path> others) {
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
        return images.isEmpty() ? 0 : imageTokens(length) / each();
    }

    /** Where a picture's first token stands; the end of the prompt for those that it has not got. */
    private int beforePicture(int picture) {
        int at = 0;
        for (int left = picture < images.size() ? picture * each() : Integer.MAX_VALUE; at < ids.length; at++) {
            if (ids[at] == imageToken && left-- == 0) {
                break;
            }
        }
        return at;
    }

    /** Tokens of one picture. */
    private int each() {
        return imageTokens(ids.length) / images.size();
    }

    private int imageTokens(int length) {
        return (int)
                Arrays.stream(ids, 0, length).filter(id -> id == imageToken).count();
    }
}
