package org.moslora.examples.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Decoding through OpenCV, whose JPEG, PNG, BMP, TIFF and WebP give the same bytes as Pillow's. Everything beyond
 * RGB of 8 bits is reduced here: alpha dropped, gray replicated, 16 bits cut to the upper 8.
 */
final class OpenCvPixels {
    private OpenCvPixels() {}

    /** The pixels of a whole file, not turned, or null if OpenCV cannot decode it. */
    static @Nullable Picture decode(byte[] file) {
        return decode(file, OpenCvPixels::rgb);
    }

    /** The fourth channel of a whole file as gray, not turned, or null if it has none or one that is opaque all over. */
    static @Nullable Picture alpha(byte[] file) {
        return decode(file, OpenCvPixels::alpha);
    }

    private static @Nullable Picture decode(byte[] file, Function<Mat, @Nullable Picture> made) {
        OpenCvLibrary.load();
        try (BytePointer bytes = new BytePointer(file);
                Mat packed = new Mat(1, file.length, opencv_core.CV_8U, bytes);
                Mat mat = opencv_imgcodecs.imdecode(packed, opencv_imgcodecs.IMREAD_UNCHANGED)) {
            return mat.empty() ? null : made.apply(mat);
        } catch (RuntimeException undecodable) {
            return null; // what C++ throws
        }
    }

    private static @Nullable Picture rgb(Mat mat) {
        int channels = mat.channels();
        byte[] raw = bytes(mat);
        if (raw == null) {
            return null;
        }
        List<String> notes = new ArrayList<>();
        if (mat.depth() == opencv_core.CV_16U) {
            notes.add("16 bits a channel reduced to 8");
        }
        if (channels == 4) {
            notes.add(PictureDecoder.ALPHA_DROPPED);
        }
        return new Picture(mat.cols(), mat.rows(), channels == 3 ? swapped(raw) : spread(raw, channels), notes);
    }

    private static @Nullable Picture alpha(Mat mat) {
        byte[] raw = mat.channels() == 4 ? bytes(mat) : null;
        if (raw == null) {
            return null;
        }
        byte[] gray = new byte[raw.length / 4 * 3];
        boolean opaque = true;
        for (int i = 3, o = 0; o < gray.length; i += 4, o += 3) {
            Arrays.fill(gray, o, o + 3, raw[i]);
            opaque &= raw[i] == (byte) 0xff;
        }
        return opaque ? null : new Picture(mat.cols(), mat.rows(), gray);
    }

    /** Eight bits a sample, as they lie, or null where the samples are no such numbers. */
    private static byte @Nullable [] bytes(Mat mat) {
        int channels = mat.channels();
        if (mat.depth() == opencv_core.CV_16U) {
            return upperHalves(mat, channels);
        } else if (mat.depth() != opencv_core.CV_8U) {
            return null;
        }
        byte[] raw = new byte[Math.multiplyExact((int) mat.total(), channels)];
        mat.data().get(raw);
        return raw;
    }

    private static byte[] upperHalves(Mat mat, int channels) {
        short[] wide = new short[Math.multiplyExact((int) mat.total(), channels)];
        new ShortPointer(mat.data()).get(wide);
        byte[] raw = new byte[wide.length];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) (wide[i] >> 8);
        }
        return raw;
    }

    /** Turns blue, green, red round in place. */
    private static byte[] swapped(byte[] bgr) {
        for (int i = 0; i < bgr.length; i += 3) {
            byte blue = bgr[i];
            bgr[i] = bgr[i + 2];
            bgr[i + 2] = blue;
        }
        return bgr;
    }

    private static byte[] spread(byte[] raw, int channels) {
        byte[] rgb = new byte[Math.multiplyExact(raw.length / channels, 3)];
        int red = channels >= 3 ? 2 : 0;
        int green = channels >= 3 ? 1 : 0;
        for (int i = 0, o = 0; o < rgb.length; i += channels, o += 3) {
            rgb[o] = raw[i + red];
            rgb[o + 1] = raw[i + green];
            rgb[o + 2] = raw[i];
        }
        return rgb;
    }
}
