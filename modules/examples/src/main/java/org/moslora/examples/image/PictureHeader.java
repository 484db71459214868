package org.moslora.examples.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * What a picture file says about itself before anything is decoded.
 *
 * @param kind JPEG, PNG, GIF, BMP, TIFF or WEBP, told from the content
 * @param width as stored, before its orientation is applied
 * @param height as stored
 */
public record PictureHeader(String kind, int width, int height) {
    /** No more pixels than this are decoded; Pillow draws the line at the same number. */
    public static final long MOST_PIXELS = 178_956_970;

    /** A JPEG's metadata comes first and can be long; a TIFF's directory can stand anywhere. */
    private static final int START = 1 << 20;

    /**
     * Reads the header of a file, and no more of the file than that takes.
     *
     * @throws InvalidInput if there is no such file, if it is no readable picture, or if it has more than
     *     {@link #MOST_PIXELS}
     */
    public static PictureHeader read(Path file) {
        String where = file.toString();
        try (InputStream in = InputFile.stream(file)) {
            byte[] start = in.readNBytes(START);
            PictureKind kind = PictureKind.of(where, start);
            boolean whole = start.length < START || PictureSize.of(kind, start).width() > 0;
            return of(where, kind, whole ? start : PictureDecoder.bytes(file));
        } catch (NoSuchFileException missing) {
            throw new InvalidInput(where, "does not exist");
        } catch (IOException unreadable) {
            throw new InvalidInput(where, "cannot be read: " + unreadable.getMessage());
        }
    }

    static PictureHeader of(String where, PictureKind kind, byte[] start) {
        PictureSize size = PictureSize.of(kind, start);
        if (size.width() < 1 || size.height() < 1) {
            throw new InvalidInput(where, "is a damaged or truncated " + kind + ": its size cannot be read");
        }
        long pixels = (long) size.width() * size.height();
        if (pixels > MOST_PIXELS) {
            throw new InvalidInput(
                    where,
                    String.format(
                            "has %d x %d = %,d pixels by its header, more than the %,d that are decoded;"
                                    + " a damaged file, or a picture to shrink first",
                            size.width(), size.height(), pixels, MOST_PIXELS));
        }
        return new PictureHeader(kind.name(), size.width(), size.height());
    }
}
