package org.moslora.examples.image;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two blocks in which a file can say how it wants to be turned.
 *
 * @param exif a TIFF block, without the word Exif before it
 * @param xmp an XML text
 */
@SuppressWarnings("ArrayRecordComponent")
record Metadata(byte @Nullable [] exif, byte @Nullable [] xmp) {
    static final Metadata NONE = new Metadata(null, null);
    private static final Pattern XMP = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

    /** EXIF's orientation, else XMP's, else 0: the order in which Pillow looks. */
    int orientation() {
        byte[] block = exif;
        if (block != null) {
            int orientation = Ifd.orientation(bare(block));
            if (orientation != 0) {
                return orientation;
            }
        }
        if (xmp == null) {
            return 0;
        }
        Matcher matcher = XMP.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
        return matcher.find() ? Integer.parseInt(matcher.group(2)) : 0;
    }

    private static byte[] bare(byte[] block) {
        return PictureKind.at(block, 0, "Exif\0\0") ? java.util.Arrays.copyOfRange(block, 6, block.length) : block;
    }
}
