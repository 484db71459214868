package org.moslora.examples.image;

import java.util.ArrayList;
import java.util.List;
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
        OpenCvLibrary.load();
        try (BytePointer bytes = new BytePointer(file);
                Mat packed = new Mat(1, file.length, opencv_core.CV_8U, bytes);
                Mat mat = opencv_imgcodecs.imdecode(packed, opencv_imgcodecs.IMREAD_UNCHANGED)) {
            return mat.empty() ? null : rgb(mat);
        } catch (RuntimeException undecodable) {
            return null; // what C++ throws
        }
    }

    private static @Nullable Picture rgb(Mat mat) {
        int channels = mat.channels();
        List<String> notes = new ArrayList<>();
        byte[] raw;
        if (mat.depth() == opencv_core.CV_8U) {
            raw = new byte[Math.multiplyExact((int) mat.total(), channels)];
            mat.data().get(raw);
        } else if (mat.depth() == opencv_core.CV_16U) {
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
