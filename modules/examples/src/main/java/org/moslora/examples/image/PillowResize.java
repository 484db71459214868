package org.moslora.examples.image;

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

    /** The picture's rows from top to bottom, each as long as the part is wide, two of them at a time. */
    private static byte[] horizontal(Canvas canvas, ResampleWeights across, int top, int bottom) {
        int stride = 3 * across.first().length;
        int line = 3 * canvas.picture().width();
        byte[] rows = new byte[stride * (bottom - top)];
        long[] pair = new long[line];
        long[] margin = margins(canvas, across);
        for (int y = top, o = 0; y < bottom; y += 2, o += 2 * stride) {
            boolean single = y + 1 == bottom;
            RowPairs.join(canvas.picture().rgb(), y * line, (single ? y : y + 1) * line, pair);
            resample(canvas, across, pair, margin, rows, o, single ? o : o + stride);
        }
        return rows;
    }

    private static void resample(
            Canvas canvas, ResampleWeights across, long[] pair, long[] margin, byte[] rows, int upper, int lower) {
        int width = canvas.picture().width();
        for (int x = 0, o = 0; x < across.first().length; x++, o += 3) {
            int[] weights = across.values()[x];
            int start = across.first()[x] - canvas.left();
            int from = Math.max(0, -start);
            int to = Math.min(weights.length, width - start);
            long red = margin[o];
            long green = margin[o + 1];
            long blue = margin[o + 2];
            for (int k = from, i = 3 * (start + from); k < to; k++, i += 3) {
                long weight = weights[k];
                red += pair[i] * weight;
                green += pair[i + 1] * weight;
                blue += pair[i + 2] * weight;
            }
            rows[upper + o] = ResampleWeights.clipped(RowPairs.upper(red));
            rows[upper + o + 1] = ResampleWeights.clipped(RowPairs.upper(green));
            rows[upper + o + 2] = ResampleWeights.clipped(RowPairs.upper(blue));
            rows[lower + o] = ResampleWeights.clipped(RowPairs.lower(red));
            rows[lower + o + 1] = ResampleWeights.clipped(RowPairs.lower(green));
            rows[lower + o + 2] = ResampleWeights.clipped(RowPairs.lower(blue));
        }
    }

    /** What the sheet beside the picture adds to each output of a pair of rows, rounding included. */
    private static long[] margins(Canvas canvas, ResampleWeights across) {
        int columns = across.first().length;
        long[] margin = new long[3 * columns];
        for (int x = 0; x < columns; x++) {
            int[] weights = across.values()[x];
            int outside = 0;
            for (int k = 0; k < weights.length; k++) {
                int column = across.first()[x] + k - canvas.left();
                outside += column < 0 || column >= canvas.picture().width() ? weights[k] : 0;
            }
            for (int channel = 0; channel < 3; channel++) {
                margin[3 * x + channel] = RowPairs.both(ResampleWeights.HALF + outside * canvas.fill()[channel]);
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
            int start = down.first()[y] - first;
            int from = Math.min(weights.length, Math.max(0, -start));
            int to = Math.max(from, Math.min(weights.length, end - first - start));
            sheet(sums, canvas.fill(), sum(weights, 0, from) + sum(weights, to, weights.length));
            for (int k = from; k < to; k++) {
                add(sums, rows, (start + k) * stride, weights[k]);
            }
            for (int i = 0, o = y * stride; i < stride; i++, o++) {
                out[o] = ResampleWeights.clipped(sums[i]);
            }
        }
        return out;
    }

    /** What the bare sheet adds to each entry of a row, rounding included. */
    private static void sheet(int[] sums, int[] fill, int outside) {
        for (int channel = 0; channel < 3; channel++) {
            int value = ResampleWeights.HALF + outside * fill[channel];
            for (int i = channel; i < sums.length; i += 3) {
                sums[i] = value;
            }
        }
    }

    private static int sum(int[] weights, int from, int to) {
        int sum = 0;
        for (int k = from; k < to; k++) {
            sum += weights[k];
        }
        return sum;
    }

    private static void add(int[] sums, byte[] rows, int from, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (rows[from + i] & 0xff) * weight;
        }
    }
}
