package org.moslora.examples.quality;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.moslora.examples.image.OpenCvLibrary;
import org.moslora.examples.image.Picture;

/**
 * What is measured of one picture.
 *
 * @param sharpness the variance of the Laplacian, of gray at 512 pixels or less, in the sharpest of sixteen parts: a
 *     sharp subject may stand before a blurred background
 * @param white the share of pixels that are clipped at white in at least two colours: of what is too bright, the third
 *     may yet be below
 * @param black the share of those that are at black in all
 * @param fingerprint what it looks like from afar
 */
record Measures(double sharpness, double white, double black, Fingerprint fingerprint) {
    private static final int LONGEST = 512;
    private static final int PARTS = 4;
    /** Shorter sides are not cut into parts. */
    private static final int SHORTEST = 32;
    /** JPEG leaves pure white and black not quite pure. */
    private static final int CLIPPED = 2;

    static Measures of(Picture picture) {
        OpenCvLibrary.load();
        try (BytePointer bytes = new BytePointer(picture.rgb());
                Mat rgb = new Mat(picture.height(), picture.width(), opencv_core.CV_8UC3, bytes)) {
            return new Measures(
                    sharpness(rgb), clipped(picture.rgb(), 255, 2), clipped(picture.rgb(), 0, 3), fingerprint(rgb));
        }
    }

    private static double clipped(byte[] rgb, int limit, int colours) {
        int count = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            count += near(rgb[i], limit) + near(rgb[i + 1], limit) + near(rgb[i + 2], limit) >= colours ? 1 : 0;
        }
        return 3.0 * count / rgb.length;
    }

    private static int near(byte value, int limit) {
        return Math.abs((value & 0xff) - limit) <= CLIPPED ? 1 : 0;
    }

    private static double sharpness(Mat rgb) {
        double scale = Math.min(1, (double) LONGEST / Math.max(rgb.cols(), rgb.rows()));
        int width = Math.max(1, (int) Math.round(rgb.cols() * scale));
        int height = Math.max(1, (int) Math.round(rgb.rows() * scale));
        try (Mat small = resized(rgb, width, height);
                Mat gray = new Mat();
                Mat edges = new Mat()) {
            opencv_imgproc.cvtColor(small, gray, opencv_imgproc.COLOR_RGB2GRAY);
            opencv_imgproc.Laplacian(gray, edges, opencv_core.CV_32F);
            float[] values = new float[width * height];
            try (FloatPointer data = new FloatPointer(edges.data())) {
                data.get(values);
            }
            return sharpest(values, width, height);
        }
    }

    private static double sharpest(float[] edges, int width, int height) {
        int parts = Math.min(width, height) < SHORTEST ? 1 : PARTS;
        double most = 0;
        for (int i = 0; i < parts * parts; i++) {
            int row = i / parts;
            int column = i % parts;
            int top = height * row / parts;
            int left = width * column / parts;
            most = Math.max(
                    most, variance(edges, width, top, height * (row + 1) / parts, left, width * (column + 1) / parts));
        }
        return most;
    }

    private static double variance(float[] values, int stride, int top, int bottom, int left, int right) {
        double sum = 0;
        double squares = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                double value = values[y * stride + x];
                sum += value;
                squares += value * value;
            }
        }
        double count = (double) (bottom - top) * (right - left);
        return squares / count - sum / count * (sum / count);
    }

    private static Fingerprint fingerprint(Mat rgb) {
        try (Mat small = resized(rgb, Fingerprint.WIDTH, Fingerprint.HEIGHT)) {
            byte[] thumbnail = new byte[3 * Fingerprint.WIDTH * Fingerprint.HEIGHT];
            small.data().get(thumbnail);
            return Fingerprint.of(thumbnail);
        }
    }

    private static Mat resized(Mat rgb, int width, int height) {
        Mat small = new Mat();
        try (Size size = new Size(width, height)) {
            opencv_imgproc.resize(rgb, small, size, 0, 0, opencv_imgproc.INTER_AREA);
        }
        return small;
    }
}
