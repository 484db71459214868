package org.moslora.examples.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a PNG file, walked without decoding.
 *
 * @param metadata EXIF and XMP
 * @param frames 1, or how many an animation announces
 * @param complete whether the closing chunk is there
 */
record PngOutline(Metadata metadata, int frames, boolean complete) {
    private static final String XMP = "XML:com.adobe.xmp\0";
    private static final String RAW_EXIF = "Raw profile type exif\0";
    /** Metadata larger than this when inflated is not looked at. */
    private static final int MOST_TEXT = 1 << 20;

    static PngOutline read(byte[] file) {
        byte[] exif = null;
        byte[] xmp = null;
        int frames = 1;
        boolean complete = false;
        for (PngChunk chunk : PngChunk.of(file)) {
            byte[] content = chunk.is("IDAT") ? new byte[0] : content(chunk);
            complete = chunk.isLast();
            if (chunk.is("acTL") && chunk.length() >= 4) {
                frames = Math.max(1, ByteBuffer.wrap(content).getInt());
            } else if (chunk.is("eXIf")) {
                exif = content;
            } else if (exif == null && PictureKind.at(content, 0, RAW_EXIF)) {
                exif = rawProfile(text(chunk, content, RAW_EXIF.length()));
            } else if (PictureKind.at(content, 0, XMP)) {
                xmp = content;
            }
        }
        return new PngOutline(new Metadata(exif, xmp), frames, complete);
    }

    private static byte[] content(PngChunk chunk) {
        return Arrays.copyOfRange(chunk.file(), chunk.from(), chunk.from() + Math.min(chunk.length(), MOST_TEXT));
    }

    private static byte[] text(PngChunk chunk, byte[] content, int from) {
        byte[] rest = Arrays.copyOfRange(content, from, content.length);
        return chunk.is("zTXt") && rest.length > 1 ? inflated(rest) : rest;
    }

    private static byte[] inflated(byte[] compressed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed, 1, compressed.length - 1); // the first byte names the method
            byte[] made = new byte[MOST_TEXT];
            return Arrays.copyOf(made, inflater.inflate(made));
        } catch (DataFormatException damaged) {
            return new byte[0];
        } finally {
            inflater.end();
        }
    }

    /** ImageMagick's way of hiding EXIF in a text: a line break, "exif", the length, then lines of hexadecimal digits. */
    private static byte @Nullable [] rawProfile(byte[] text) {
        String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\n", 4);
        try {
            return lines.length < 4 ? null : HexFormat.of().parseHex(lines[3].replaceAll("\\s", ""));
        } catch (IllegalArgumentException notHexadecimal) {
            return null;
        }
    }
}
