package org.moslora.diffusion.text;

/**
 * What of a text encoder is wanted.
 *
 * @param skipped how many of the last blocks the states have not passed through
 * @param normed whether the final norm is put on the states
 * @param pooled whether the pooled text is wanted too, which takes all blocks
 */
public record TextRequest(int skipped, boolean normed, boolean pooled) {
    /**
     * What Stable Diffusion 1 and 2 read.
     *
     * @param clipSkip blocks left out on the user's wish, 0 for none
     */
    public static TextRequest plain(int clipSkip) {
        return new TextRequest(clipSkip, true, false);
    }

    /**
     * What Stable Diffusion XL reads of each of its encoders: one block less, without norm.
     *
     * @param clipSkip blocks left out besides on the user's wish, 0 for none
     * @param pooled true for the second encoder
     */
    public static TextRequest xl(int clipSkip, boolean pooled) {
        return new TextRequest(clipSkip + 1, false, pooled);
    }
}
