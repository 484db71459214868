package org.moslora.examples.text;

import java.nio.file.Path;
import java.util.List;

/**
 * A conversation up to where an answer starts.
 *
 * @param ids its tokens, image tokens widened
 * @param images the picture files, in the order of their tokens
 * @param expected the answer that the data gives; empty if it gives none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Prompt(int[] ids, List<Path> images, String expected) {
    public Prompt {
        images = List.copyOf(images);
    }
}
