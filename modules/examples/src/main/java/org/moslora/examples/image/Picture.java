package org.moslora.examples.image;

import java.util.List;

/**
 * A decoded picture, upright, without alpha.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb {@code height × width × 3} bytes, row by row, red first; not copied, so the maker gives it away
 * @param notes what a reader of the file should know, such as "first of 3 frames"; usually empty
 */
@SuppressWarnings("ArrayRecordComponent") // copying megabytes for the sake of equals would help nobody
public record Picture(int width, int height, byte[] rgb, List<String> notes) {
    public Picture {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(width + "x" + height + " pixels and " + rgb.length + " bytes");
        }
        notes = List.copyOf(notes);
    }

    /** A picture with nothing to say about it. */
    public Picture(int width, int height, byte[] rgb) {
        this(width, height, rgb, List.of());
    }

    Picture with(List<String> moreNotes) {
        return moreNotes.isEmpty() ? this : new Picture(width, height, rgb, moreNotes);
    }
}
