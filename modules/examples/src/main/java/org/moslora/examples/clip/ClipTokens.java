package org.moslora.examples.clip;

/**
 * A prompt as a text encoder takes it.
 *
 * @param ids one for each position: the start mark, the text, the end mark, padding
 * @param whole how many the text would need with both marks, which may be more than there are
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the engine, never compared
public record ClipTokens(int[] ids, int whole) {
    /** How many tokens of the text found no room. */
    public int cut() {
        return Math.max(0, whole - ids.length);
    }
}
