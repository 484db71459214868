package org.moslora.examples.quality;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.commons.imaging.Imaging;
import org.jspecify.annotations.Nullable;

/** The colour profile that a file carries. Neither this program nor Pillow applies it: numbers are taken for sRGB. */
final class ColourProfile {
    /** Of 1: sRGB as cameras and programs describe it differs by less than a hundredth from the JDK's. */
    private static final double NOTICEABLE = 0.03;

    private static final float[][] PROBES = {
        {0.8f, 0.2f, 0.2f}, {0.2f, 0.8f, 0.2f}, {0.2f, 0.2f, 0.8f}, {0.5f, 0.5f, 0.5f}
    };

    private ColourProfile() {}

    /** A file's profile by name if colours look noticeably different in it than in sRGB, else null. */
    static @Nullable String foreign(Path file) {
        try {
            ICC_Profile profile = Imaging.getIccProfile(file.toFile());
            boolean foreign = profile != null && profile.getColorSpaceType() == ColorSpace.TYPE_RGB && differs(profile);
            return foreign ? name(profile.getData(ICC_Profile.icSigProfileDescriptionTag)) : null;
        } catch (IOException | RuntimeException damaged) {
            return null; // pixels do not depend on it
        }
    }

    private static boolean differs(ICC_Profile profile) {
        ICC_ColorSpace space = new ICC_ColorSpace(profile);
        for (float[] probe : PROBES) {
            float[] seen = space.toRGB(probe);
            for (int channel = 0; channel < 3; channel++) {
                if (Math.abs(seen[channel] - probe[channel]) > NOTICEABLE) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A description is ASCII with its length before it, or, since version 4, UTF-16 in languages, the first of which will do. */
    private static String name(byte @Nullable [] tag) {
        if (tag == null) {
            return "unnamed";
        }
        ByteBuffer in = ByteBuffer.wrap(tag);
        boolean languages = tag[0] == 'm';
        int from = languages ? in.getInt(24) : 12;
        int length = languages ? in.getInt(20) : in.getInt(8) - 1;
        return new String(tag, from, length, languages ? StandardCharsets.UTF_16BE : StandardCharsets.US_ASCII);
    }
}
