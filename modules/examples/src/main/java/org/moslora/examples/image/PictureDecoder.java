package org.moslora.examples.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * Picture files to pixels: what Pillow's {@code ImageOps.exif_transpose(file).convert("RGB")} gives, byte for byte,
 * except that gray of 16 bits keeps its upper 8 bits where Pillow clips it to white. Safe to call from several
 * threads.
 */
public final class PictureDecoder {
    /** The note of a picture whose transparency is not in its pixels. */
    public static final String ALPHA_DROPPED = "alpha channel dropped";

    private static final long LARGEST_FILE = 1L << 30;

    private PictureDecoder() {}

    /**
     * Decodes the first picture of a file and turns it upright.
     *
     * @throws InvalidInput if the file is missing, is no readable picture (the message says what it is instead), is
     *     damaged or truncated, or has more pixels than {@link PictureHeader#MOST_PIXELS}, which is told from the
     *     header
     */
    public static Picture decode(Path file) {
        return decode(file.toString(), read(file));
    }

    /**
     * How opaque a PNG or WebP file is, as an upright gray picture; null for other kinds, for animations, and where it
     * is opaque all over.
     *
     * @throws InvalidInput as {@link #decode(Path)} does
     */
    public static @Nullable Picture alpha(Path file) {
        byte[] bytes = read(file);
        byte[] still = bytes;
        Metadata metadata;
        switch (PictureKind.of(file.toString(), bytes)) {
            case PNG -> {
                metadata = PngOutline.read(bytes).metadata();
                still = KeyedGray.of(StillPng.of(bytes));
            }
            case WEBP -> {
                WebpFile webp = WebpFile.read(bytes);
                if (webp.frames() > 0) {
                    return null;
                }
                metadata = webp.metadata();
            }
            default -> {
                return null;
            }
        }
        Picture alpha = OpenCvPixels.alpha(still);
        return alpha == null ? null : Orientation.upright(alpha, metadata.orientation());
    }

    private static byte[] read(Path file) {
        try {
            return bytes(file);
        } catch (NoSuchFileException missing) {
            throw new InvalidInput(file.toString(), "does not exist");
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /** The bytes of a file of bearable size. */
    static byte[] bytes(Path file) throws IOException {
        long length = Files.size(file);
        if (length > LARGEST_FILE) {
            throw new InvalidInput(
                    file.toString(),
                    String.format(
                            "has %,d bytes, more than the %,d of any picture that is read", length, LARGEST_FILE));
        }
        try {
            return InputFile.bytes(file);
        } catch (OutOfMemoryError full) {
            throw new InvalidInput(
                    file.toString(),
                    String.format(
                            "has %,d bytes, more than fit into the memory of this run: shrink it, or raise -Xmx",
                            length));
        }
    }

    /**
     * Decodes a picture file that is in memory already.
     *
     * @param where what to call the file in messages
     * @throws InvalidInput as {@link #decode(Path)} does
     */
    public static Picture decode(String where, byte[] file) {
        PictureKind kind = PictureKind.of(where, file);
        PictureHeader header = PictureHeader.of(where, kind, file);
        try {
            Picture picture = decode(where, file, kind);
            if (picture == null) {
                throw new InvalidInput(
                        where, "is a damaged or truncated " + kind + ", or of a variant that is not read");
            }
            return picture;
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException damaged) {
            // Sizes in the file that contradict each other.
            throw new InvalidInput(where, "is a damaged " + kind);
        } catch (OutOfMemoryError full) {
            throw new InvalidInput(
                    where,
                    String.format(
                            "has %d x %d pixels, more than fit into the memory of this run: shrink it, or raise -Xmx",
                            header.width(), header.height()));
        }
    }

    private static @Nullable Picture decode(String where, byte[] file, PictureKind kind) {
        return switch (kind) {
            case JPEG -> jpeg(where, file);
            case PNG -> png(where, file);
            case WEBP -> webp(file);
            case GIF -> GifFile.decode(file);
            case BMP -> BmpFile.decode(file);
            case TIFF -> TiffFile.decode(file);
        };
    }

    private static @Nullable Picture jpeg(String where, byte[] file) {
        JpegOutline outline = JpegOutline.read(file);
        if (!outline.complete()) {
            throw new InvalidInput(where, "is a truncated JPEG: its end-of-image marker is missing");
        }
        Picture picture = outline.components() == 4 ? CmykJpeg.decode(file, outline) : OpenCvPixels.decode(file);
        return picture == null
                ? null
                : Orientation.upright(picture, outline.metadata().orientation());
    }

    private static @Nullable Picture png(String where, byte[] file) {
        PngOutline outline = PngOutline.read(file);
        if (!outline.complete()) {
            throw new InvalidInput(where, "is a truncated PNG: its IEND chunk is missing");
        }
        Picture picture = OpenCvPixels.decode(StillPng.of(file));
        return picture == null ? null : finish(picture, outline.metadata(), outline.frames());
    }

    private static @Nullable Picture webp(byte[] file) {
        WebpFile webp = WebpFile.read(file);
        Picture picture = webp.frames() > 0 ? webp.firstFrame() : OpenCvPixels.decode(file);
        return picture == null ? null : finish(picture, webp.metadata(), webp.frames());
    }

    private static Picture finish(Picture picture, Metadata metadata, int frames) {
        List<String> notes = new ArrayList<>(picture.notes());
        if (frames > 1) {
            notes.add("first of " + frames + " frames");
        }
        return Orientation.upright(picture.with(notes), metadata.orientation());
    }
}
