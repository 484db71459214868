package org.moslora.pictures;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.imaging.formats.png.AbstractPngText;
import org.apache.commons.imaging.formats.png.PngImageParser;
import org.apache.commons.imaging.formats.png.PngImagingParameters;
import org.moslora.examples.image.Picture;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;

/** PNG files of 8 bits a channel with a text in them. */
public final class PngFile {
    /** The keyword under which AUTOMATIC1111's web UI and its heirs look for what made a picture. */
    public static final String PARAMETERS = "parameters";

    private PngFile() {}

    /** The name of a picture in an output folder: its number among all of a call, and its seed. */
    public static String name(int number, long seed) {
        return String.format(Locale.ROOT, "%05d-%d.png", number, seed);
    }

    /**
     * Writes a picture with its parameters; the file is there as a whole or not at all.
     *
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    public static void write(Path file, Picture picture, GenerationParameters made) {
        DurableFiles.writeBytes(file, encoded(picture, made.parameters().text()));
    }

    /** Writes a picture without a text; see {@link #write(Path, Picture, GenerationParameters)}. */
    public static void write(Path file, Picture picture) {
        DurableFiles.writeBytes(file, encoded(picture, ""));
    }

    /** The bytes of a file without a text. */
    public static byte[] bytes(Picture picture) {
        return encoded(picture, "");
    }

    static byte[] encoded(Picture picture, String text) {
        PngImagingParameters parameters = new PngImagingParameters();
        parameters.setForceTrueColor(true);
        if (!text.isEmpty()) {
            parameters.setTextChunks(List.of(chunk(text)));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new PngImageParser().writeImage(image(picture), bytes, parameters);
        } catch (IOException impossible) {
            throw new IllegalStateException("a PNG could not be put together in memory", impossible);
        }
        return bytes.toByteArray();
    }

    private static AbstractPngText chunk(String text) {
        return StandardCharsets.ISO_8859_1.newEncoder().canEncode(text) && text.indexOf('\0') < 0
                ? new AbstractPngText.Text(PARAMETERS, text)
                : new AbstractPngText.Itxt(PARAMETERS, text, "", "");
    }

    static BufferedImage image(Picture picture) {
        int[] pixels = new int[picture.width() * picture.height()];
        byte[] rgb = picture.rgb();
        for (int i = 0, from = 0; i < pixels.length; i++, from += 3) {
            pixels[i] = (rgb[from] & 0xff) << 16 | (rgb[from + 1] & 0xff) << 8 | (rgb[from + 2] & 0xff);
        }
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        image.getRaster().setDataElements(0, 0, picture.width(), picture.height(), pixels);
        return image;
    }

    /**
     * The text of a PNG under a keyword.
     *
     * @throws InvalidInput if the file is absent, no PNG, or damaged
     */
    public static Optional<String> readText(Path file, String keyword) {
        try (InputStream in = new BufferedInputStream(InputFile.stream(file))) {
            return new PngTexts(file.toString(), in).find(keyword);
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(file.toString(), "does not exist");
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }
}
