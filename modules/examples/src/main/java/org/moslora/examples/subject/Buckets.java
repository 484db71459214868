package org.moslora.examples.subject;

import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.moslora.problems.Problems;

/**
 * Sizes of about the same area and different aspect ratios, so that little of a picture is cut off. The sizes and the
 * choice among them are those of kohya's scripts: every width from {@code min} to {@code max} by {@code step} with the
 * greatest height that keeps the area, and both ways round.
 *
 * @param step what every side is a multiple of
 * @param min the shortest side
 * @param max the longest side
 */
public record Buckets(int step, int min, int max) {
    /** Adds what is wrong with the settings to {@code problems}, under recipe keys that begin with {@code where}. */
    public void check(String where, int resolution, Problems problems) {
        if (step < 8 || step % 8 != 0) {
            problems.add(where + ".step", "must be a positive multiple of 8, got %d", step);
        }
        if (min < 8 || min % 8 != 0 || min > resolution) {
            problems.add(where + ".min", "must be a multiple of 8 up to the resolution %d, got %d", resolution, min);
        }
        if (max < resolution || max % 8 != 0) {
            problems.add(where + ".max", "must be a multiple of 8 from the resolution %d on, got %d", resolution, max);
        }
    }

    /** Every size, narrowest first. */
    public List<ImageSize> sizes(int resolution) {
        long area = (long) resolution * resolution;
        SortedSet<ImageSize> sizes =
                new TreeSet<>(Comparator.comparingInt(ImageSize::width).thenComparingInt(ImageSize::height));
        int square = Math.max(step, resolution / step * step);
        sizes.add(new ImageSize(square, square));
        for (int width = min; width <= max; width += step) {
            int height = (int) Math.min(max, area / width / step * step);
            if (height >= min) {
                sizes.add(new ImageSize(width, height));
                sizes.add(new ImageSize(height, width));
            }
        }
        return List.copyOf(sizes);
    }

    /** The size for a picture: its own if that is one of them, else that of the nearest aspect ratio. */
    public ImageSize choose(int width, int height, int resolution) {
        List<ImageSize> sizes = sizes(resolution);
        ImageSize own = new ImageSize(width, height);
        if (sizes.contains(own)) {
            return own;
        }
        ImageSize best = sizes.get(0);
        for (ImageSize size : sizes) {
            if (Math.abs(size.aspect() - own.aspect()) < Math.abs(best.aspect() - own.aspect())) {
                best = size;
            }
        }
        return best;
    }
}
