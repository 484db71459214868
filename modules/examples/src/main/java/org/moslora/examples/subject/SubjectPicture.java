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
 */
public record SubjectPicture(
        Path file, int width, int height, @Nullable String caption) {}
