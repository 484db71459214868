package org.moslora.examples.image;

import java.util.List;
import org.moslora.problems.InvalidInput;

/**
 * Pictures that keep their own resolution, to whole patches and within limits, as Qwen2-VL's processor has them.
 *
 * @param values how bytes become numbers, and how to resample
 * @param patch a patch's side in pixels
 * @param merge patches along a side that become one token
 * @param least the fewest pixels that a picture has after resizing
 * @param most the most
 */
public record NativePictures(ClipPreprocessing values, int patch, int merge, int least, int most)
        implements PicturePreparation {
    private static final int THINNEST = 200;

    /** Settings of a processor's file. */
    public static NativePictures of(
            ResizeFilter filter, List<Double> mean, List<Double> std, int patch, int merge, int least, int most) {
        ClipPreprocessing values =
                new ClipPreprocessing(true, 0, patch, patch, filter, false, 0, 0, 1 / 255.0, true, mean, std);
        return new NativePictures(values, patch, merge, least, most);
    }

    /**
     * What size a picture is given: sides of whole tokens, rounded half to even, and as many pixels as are allowed.
     *
     * @throws InvalidInput if one side is more than 200 times the other
     */
    public UprightSize resized(UprightSize size) {
        double height = size.height();
        double width = size.width();
        if (Math.max(height, width) / Math.min(height, width) > THINNEST) {
            throw new InvalidInput(
                    "picture",
                    String.format(
                            "%d x %d pixels are too narrow: one side may be %d times the other at most; cut it, or pad it",
                            size.width(), size.height(), THINNEST));
        }
        double unit = unit();
        double down = Math.rint(height / unit) * unit;
        double across = Math.rint(width / unit) * unit;
        if (down * across > most) {
            double shrunk = Math.sqrt(height * width / most);
            down = Math.max(unit, Math.floor(height / shrunk / unit) * unit);
            across = Math.max(unit, Math.floor(width / shrunk / unit) * unit);
        } else if (down * across < least) {
            double grown = Math.sqrt(least / (height * width));
            down = Math.ceil(height * grown / unit) * unit;
            across = Math.ceil(width * grown / unit) * unit;
        }
        return new UprightSize((int) down, (int) across);
    }

    @Override
    public UprightSize seen(UprightSize size) {
        return resized(size);
    }

    private int unit() {
        return patch * merge;
    }

    @Override
    public int tokens(UprightSize size, boolean alone) {
        UprightSize resized = resized(size);
        return Math.toIntExact((long) (resized.height() / unit()) * (resized.width() / unit()));
    }

    /** Pixels of patches, each channel by channel, in the order in which they are merged; height and width in patches. */
    @Override
    public PictureInput input(Picture picture, boolean alone) {
        UprightSize size = resized(UprightSize.of(picture));
        ClipPreprocessing sized = new ClipPreprocessing(
                true,
                0,
                size.width(),
                size.height(),
                values.filter(),
                false,
                0,
                0,
                values.rescale(),
                values.normalize(),
                values.mean(),
                values.std());
        float[] planes = sized.pixels(picture, ImageAspect.CROP);
        int rows = size.height() / patch;
        int columns = size.width() / patch;
        return new PictureInput(patches(planes, rows, columns), rows, columns, rows * columns / (merge * merge));
    }

    private float[] patches(float[] planes, int rows, int columns) {
        int entries = 3 * patch * patch;
        float[] patches = new float[rows * columns * entries];
        for (int i = 0; i < rows * columns; i++) {
            int unit = i / (merge * merge);
            int across = columns / merge;
            int row = unit / across * merge + i / merge % merge;
            int column = unit % across * merge + i % merge;
            copy(planes, row * patch, column * patch, columns * patch, patches, i * entries);
        }
        return patches;
    }

    private void copy(float[] planes, int top, int left, int width, float[] into, int at) {
        int plane = planes.length / 3;
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < patch; y++) {
                System.arraycopy(
                        planes,
                        channel * plane + (top + y) * width + left,
                        into,
                        at + (channel * patch + y) * patch,
                        patch);
            }
        }
    }

    @Override
    public NativePictures within(PixelLimits limits) {
        PixelLimits both = limits.or(limits());
        if (both.least() > both.most()) {
            throw new InvalidInput(
                    "data.min_pixels, data.max_pixels",
                    "allow no picture: at least " + both.least() + " pixels, at most " + both.most());
        }
        return new NativePictures(values, patch, merge, both.least(), both.most());
    }

    @Override
    public PixelLimits limits() {
        return new PixelLimits(least, most);
    }

    @Override
    public int leastSide() {
        return (int) Math.ceil(Math.sqrt(least));
    }
}
