package org.moslora.examples;

import java.util.List;
import org.moslora.examples.text.Encoded;

/**
 * One conversation, ready to be learnt from.
 *
 * @param encoded its tokens and labels
 * @param pixels each picture as the tower takes it, channel by channel, in the order of their tokens
 */
public record Example(Encoded encoded, List<float[]> pixels) {
    /** In place of pixels that need not be made, since the model remembers the picture's features. */
    public static final float[] REMEMBERED = {};

    public Example {
        pixels = List.copyOf(pixels);
        if (pixels.size() != encoded.images().size()) {
            throw new IllegalArgumentException(encoded.id() + ": " + pixels.size() + " pictures for "
                    + encoded.images().size());
        }
    }
}
