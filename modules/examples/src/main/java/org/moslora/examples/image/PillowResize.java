package org.moslora.examples.image;

import java.util.Arrays;
import org.moslora.problems.InvalidInput;

/**
 * Pillow's {@code Image.resize} on bytes (libImaging/Resample.c): antialiased, one pass along each side, each
 * rounded to bytes, in the same fixed-point arithmetic and therefore with the same bytes.
 */
public final class PillowResize {
    private static final long LARGEST_PASS = 1L << 28;

    private PillowResize() {}

    /**
     * Resamples a whole picture.
     *
     * @param width of the result, at least 1
     * @param height of the result, at least 1
     * @throws InvalidInput if the picture is so long a strip that a quarter of a gigabyte does not hold the work
     */
    public static Picture resize(Picture picture, int width, int height, ResizeFilter filter) {
        if (width == picture.width() && height == picture.height()) {
            return picture;
        }
        byte[] rgb = window(Canvas.bare(picture), width, height, filter, new Window(0, 0, width, height));
        return new Picture(width, height, rgb, picture.notes());
    }

    static InvalidInput tooLong(Picture picture) {
        return new InvalidInput(
                "picture of " + picture.width() + " x " + picture.height(),
                "too long a strip to be resized; cut it into pieces first");
    }

    /** A part of the resampled picture: left, top, width, height. */
    record Window(int left, int top, int width, int height) {
        @SuppressWarnings("ArgumentSelectionDefectChecker") // swapping is the point
        Window transposed() {
            return new Window(top, left, height, width);
        }
    }

    /** The bytes of one part of what the resampled canvas would be. */
    static byte[] window(Canvas canvas, int width, int height, ResizeFilter filter, Window part) {
        if (!verticalFirst(canvas, width, height)) {
            return passes(canvas, width, height, filter, part);
        }
        Window turned = part.transposed();
        byte[] made = passes(canvas.transposed(), height, width, filter, turned);
        return Orientation.upright(new Picture(turned.width(), turned.height(), made), Orientation.TRANSPOSED)
                .rgb();
    }

    /** Since version 13 Pillow starts with the side that shrinks by far more pixels, and rounding shows it. */
    private static boolean verticalFirst(Canvas canvas, int width, int height) {
        return height < canvas.height() && canvas.height() - height > 2L * (canvas.width() - width);
    }

    private static byte[] passes(Canvas canvas, int width, int height, ResizeFilter filter, Window part) {
        ResampleWeights across =
                ResampleWeights.of(canvas.width(), width, filter, part.left(), part.left() + part.width());
        ResampleWeights down =
                ResampleWeights.of(canvas.height(), height, filter, part.top(), part.top() + part.height());
        int top = Math.max(0, down.low() - canvas.top());
        int bottom = Math.max(top, Math.min(canvas.picture().height(), down.high() - canvas.top()));
        if (3L * Math.max(bottom - top, part.height()) * part.width() > LARGEST_PASS) {
            throw tooLong(canvas.picture());
        }
        byte[] rows = horizontal(canvas, across, top, bottom);
        return vertical(canvas, rows, down, canvas.top() + top, canvas.top() + bottom, part.width());
    }

    /** The picture's rows from top to bottom, each as long as the part is wide. */
    private static byte[] horizontal(Canvas canvas, ResampleWeights across, int top, int bottom) {
        int columns = across.first().length;
        byte[] rows = new byte[3 * columns * (bottom - top)];
        byte[] source = canvas.picture().rgb();
        int width = canvas.picture().width();
        int[] margin = margins(canvas, across);
        for (int y = top, o = 0; y < bottom; y++) {
            int row = y * width - canvas.left();
            for (int x = 0; x < columns; x++, o += 3) {
                int[] weights = across.values()[x];
                int start = across.first()[x];
                int from = Math.max(start, canvas.left());
                int to = Math.min(start + weights.length, canvas.left() + width);
                int red = margin[3 * x];
                int green = margin[3 * x + 1];
                int blue = margin[3 * x + 2];
                for (int k = from, i = 3 * (row + from); k < to; k++, i += 3) {
                    int weight = weights[k - start];
                    red += (source[i] & 0xff) * weight;
                    green += (source[i + 1] & 0xff) * weight;
                    blue += (source[i + 2] & 0xff) * weight;
                }
                rows[o] = ResampleWeights.clipped(red);
                rows[o + 1] = ResampleWeights.clipped(green);
                rows[o + 2] = ResampleWeights.clipped(blue);
            }
        }
        return rows;
    }

    /** What the sheet beside the picture adds to each output of a row, rounding included. */
    private static int[] margins(Canvas canvas, ResampleWeights across) {
        int columns = across.first().length;
        int[] margin = new int[3 * columns];
        for (int x = 0; x < columns; x++) {
            int[] weights = across.values()[x];
            int outside = 0;
            for (int k = 0; k < weights.length; k++) {
                int column = across.first()[x] + k - canvas.left();
                outside += column < 0 || column >= canvas.picture().width() ? weights[k] : 0;
            }
            for (int channel = 0; channel < 3; channel++) {
                margin[3 * x + channel] = ResampleWeights.HALF + outside * canvas.fill()[channel];
            }
        }
        return margin;
    }

    /** Rows before {@code first} and from {@code end} on are the bare sheet. */
    private static byte[] vertical(Canvas canvas, byte[] rows, ResampleWeights down, int first, int end, int columns) {
        int stride = 3 * columns;
        byte[] out = new byte[stride * down.first().length];
        int[] sums = new int[stride];
        for (int y = 0; y < down.first().length; y++) {
            int[] weights = down.values()[y];
            Arrays.fill(sums, ResampleWeights.HALF);
            int outside = 0;
            for (int k = 0; k < weights.length; k++) {
                int row = down.first()[y] + k;
                if (row < first || row >= end) {
                    outside += weights[k];
                } else {
                    add(sums, rows, (row - first) * stride, weights[k]);
                }
            }
            for (int i = 0, o = y * stride; i < stride; i++, o++) {
                out[o] = ResampleWeights.clipped(sums[i] + outside * canvas.fill()[i % 3]);
            }
        }
        return out;
    }

    private static void add(int[] sums, byte[] rows, int from, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (rows[from + i] & 0xff) * weight;
        }
    }
}
