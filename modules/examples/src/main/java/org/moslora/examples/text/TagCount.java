package org.moslora.examples.text;

/** The rule that a conversation has as many {@code <image>} tags as pictures, in words. */
public final class TagCount {
    private TagCount() {}

    /** What is wrong, for numbers that differ. */
    public static String mismatch(int tags, int images) {
        String counts = count(tags, "<image> tag") + " for " + count(images, "picture") + ": ";
        if (images == 0) {
            return counts + "the text names a picture that the row lacks; if the tag is meant literally, write it"
                    + " another way";
        } else if (tags == 0) {
            return counts + "put <image> where the picture belongs, usually at the start of the first question";
        }
        return counts
                + (tags > images ? "a tag too many, or a picture left out" : "a picture too many, or a tag left out");
    }

    private static String count(int number, String what) {
        return (number == 0 ? "no" : Integer.toString(number)) + " " + what + (number == 1 ? "" : "s");
    }
}
