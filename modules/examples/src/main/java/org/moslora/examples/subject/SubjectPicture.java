package org.moslora.examples.subject;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One picture of a folder, known to be readable.
 *
 * @param file where it is
 * @param width in pixels, turned upright
 * @param height the same way
 * @param caption what NAME.txt beside it says, null without such a file
 * @param mask the file that says what of it is learnt: one beside it, or itself for its alpha; null if all is
 */
public record SubjectPicture(
        Path file,
        int width,
        int height,
        @Nullable String caption,
        @Nullable Path mask) {
    /** A picture without a mask. */
    public SubjectPicture(Path file, int width, int height, @Nullable String caption) {
        this(file, width, height, caption, null);
    }
}
