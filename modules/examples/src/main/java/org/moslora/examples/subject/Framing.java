package org.moslora.examples.subject;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.image.PillowResize;
import org.moslora.examples.image.ResizeFilter;
import org.moslora.problems.InvalidInput;

/**
 * How pictures become pixels of one size: resized by Pillow's antialiased bilinear filter on bytes so that they cover
 * it, perhaps mirrored, then cut.
 *
 * @param resolution of the shorter side, or of a square of the buckets' area
 * @param crop which part is kept
 * @param flip whether every second picture is mirrored, by chance
 * @param buckets sizes to choose from, or null for squares
 */
public record Framing(
        int resolution, Crop crop, boolean flip, @Nullable Buckets buckets) {
    /** The size that a picture is framed to. */
    public ImageSize sizeFor(SubjectPicture picture) {
        return buckets == null
                ? new ImageSize(resolution, resolution)
                : buckets.choose(picture.width(), picture.height(), resolution);
    }

    /** Whether the same picture always gives the same pixels, so that they can be encoded once. */
    public boolean fixed() {
        return crop == Crop.CENTER && !flip;
    }

    /**
     * Decodes and frames one shot. Safe to call from several threads.
     *
     * @throws InvalidInput if the file can no longer be read
     */
    public FramedPicture frame(TrainingImage image) {
        Picture picture = PictureDecoder.decode(image.picture().file());
        try {
            return frame(picture, image.size(), new Random(image.variation()));
        } catch (InvalidInput strip) {
            throw new InvalidInput(
                    image.picture().file().toString(), strip.problems().get(0).what());
        }
    }

    /** Frames a decoded picture; {@code random} is asked for the mirroring first, then for the crop's top and left. */
    public FramedPicture frame(Picture picture, ImageSize size, RandomGenerator random) {
        ImageSize resized = resized(picture, size);
        Picture covering = PillowResize.resize(picture, resized.width(), resized.height(), ResizeFilter.BILINEAR);
        boolean flipped = flip && random.nextBoolean();
        int top = offset(resized.height() - size.height(), random);
        int left = offset(resized.width() - size.width(), random);
        return new FramedPicture(
                pixels(covering, size, top, left, flipped),
                size,
                new ImageSize(picture.width(), picture.height()),
                top,
                left,
                flipped);
    }

    /**
     * What of a shot is learnt, framed as its pixels are: {@code height × width} values from 0, not at all, to 1, which
     * is all of it where there is no mask.
     *
     * @throws InvalidInput if the file can no longer be read, or nothing is left of the mask in what is always the crop
     */
    public float[] mask(TrainingImage image) {
        float[] shares = new float[image.size().width() * image.size().height()];
        Path file = image.picture().file();
        Path from = image.picture().mask();
        Picture mask = from == null ? null : MaskReading.decode(file, from);
        if (mask == null || from == null) {
            Arrays.fill(shares, 1);
            return shares;
        }
        float[] pixels =
                frame(mask, image.size(), new Random(image.variation())).pixels();
        float most = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = pixels[i] / 2 + 0.5f; // red, which comes first
            most = Math.max(most, shares[i]);
        }
        if (most == 0 && fixed()) {
            throw new InvalidInput(
                    from.toString(), "is black in all of " + file.getFileName() + " that the crop keeps");
        }
        return shares;
    }

    private ImageSize resized(Picture picture, ImageSize size) {
        int width = picture.width();
        int height = picture.height();
        if (buckets == null) {
            int least = Math.min(width, height);
            return new ImageSize((int) ((double) ((long) resolution * width) / least), (int)
                    ((double) ((long) resolution * height) / least));
        }
        boolean wider = (double) width / height > size.aspect();
        double scale = wider ? (double) size.height() / height : (double) size.width() / width;
        return new ImageSize((int) (width * scale + 0.5), (int) (height * scale + 0.5));
    }

    // Half a pixel goes to the even side, as Python rounds.
    private int offset(int room, RandomGenerator random) {
        return crop == Crop.RANDOM ? random.nextInt(room + 1) : (int) Math.rint(room / 2.0);
    }

    private static float[] pixels(Picture picture, ImageSize size, int top, int left, boolean flipped) {
        int plane = size.width() * size.height();
        float[] pixels = new float[3 * plane];
        byte[] rgb = picture.rgb();
        for (int y = 0, o = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++, o++) {
                int column = flipped ? picture.width() - 1 - (left + x) : left + x;
                int from = 3 * ((top + y) * picture.width() + column);
                for (int channel = 0; channel < 3; channel++) {
                    pixels[channel * plane + o] = (rgb[from + channel] & 0xff) / 127.5f - 1;
                }
            }
        }
        return pixels;
    }
}
