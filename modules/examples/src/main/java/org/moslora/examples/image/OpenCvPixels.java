package org.moslora.examples.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Decoding through OpenCV, whose JPEG, PNG, BMP, TIFF and WebP give the same bytes as Pillow's. Everything beyond
 * RGB of 8 bits is reduced here: alpha dropped, gray replicated, 16 bits cut to the upper 8.
 */
final class OpenCvPixels {
    private OpenCvPixels() {}

    /** Loads the native library once, when the first picture is decoded. */
    private static final class Library {
        static {
            nu.pattern.OpenCV.loadLocally();
        }

        static void load() {}
    }

    /** The pixels of a whole file, not turned, or null if OpenCV cannot decode it. */
    static @Nullable Picture decode(byte[] file) {
        Library.load();
        MatOfByte bytes = new MatOfByte(file);
        Mat mat = new Mat();
        try {
            mat = Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_UNCHANGED);
            return mat.empty() ? null : rgb(mat);
        } catch (CvException undecodable) {
            return null;
        } finally {
            bytes.release();
            mat.release();
        }
    }

    private static @Nullable Picture rgb(Mat mat) {
        int channels = mat.channels();
        List<String> notes = new ArrayList<>();
        byte[] raw;
        if (mat.depth() == CvType.CV_8U) {
            raw = new byte[Math.multiplyExact((int) mat.total(), channels)];
            mat.get(0, 0, raw);
        } else if (mat.depth() == CvType.CV_16U) {
            raw = upperHalves(mat, channels);
            notes.add("16 bits a channel reduced to 8");
        } else {
            return null;
        }
        if (channels == 4) {
            notes.add("alpha channel dropped");
        }
        return new Picture(mat.cols(), mat.rows(), channels == 3 ? swapped(raw) : spread(raw, channels), notes);
    }

    private static byte[] upperHalves(Mat mat, int channels) {
        short[] wide = new short[Math.multiplyExact((int) mat.total(), channels)];
        mat.get(0, 0, wide);
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
