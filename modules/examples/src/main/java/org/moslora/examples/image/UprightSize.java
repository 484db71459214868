package org.moslora.examples.image;

import java.io.IOException;
import java.nio.file.Path;
import org.moslora.problems.InvalidInput;

/**
 * How large a picture file is once it stands upright, told without decoding it.
 *
 * @param height in pixels
 * @param width in pixels
 */
public record UprightSize(int height, int width) {
    /** That of a picture that is decoded. */
    public static UprightSize of(Picture picture) {
        return new UprightSize(picture.height(), picture.width());
    }

    /**
     * Reads it from what the file says about itself; metadata may stand behind the pixels, so all of it is looked through.
     *
     * @throws InvalidInput as {@link PictureHeader#read} does
     */
    public static UprightSize read(Path file) {
        PictureHeader header = PictureHeader.read(file);
        boolean turned = Orientation.turns(orientation(file));
        return turned
                ? new UprightSize(header.width(), header.height())
                : new UprightSize(header.height(), header.width());
    }

    private static int orientation(Path file) {
        String where = file.toString();
        try {
            byte[] bytes = PictureDecoder.bytes(file);
            return switch (PictureKind.of(where, bytes)) {
                case JPEG -> JpegOutline.read(bytes).metadata().orientation();
                case PNG -> PngOutline.read(bytes).metadata().orientation();
                case WEBP -> WebpFile.read(bytes).metadata().orientation();
                case TIFF -> Ifd.orientation(bytes);
                case GIF, BMP -> 0;
            };
        } catch (IOException unreadable) {
            throw new InvalidInput(where, "cannot be read: " + unreadable.getMessage());
        } catch (IndexOutOfBoundsException | IllegalArgumentException damaged) {
            return 0; // decoding says what is wrong with it
        }
    }
}
