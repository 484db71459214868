package org.moslora.llava.tiles;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.moslora.examples.image.UprightSize;

/**
 * How pictures are cut into tiles, and what is left of their features.
 *
 * @param side of a tile in pixels
 * @param across features along a tile's side
 * @param resolutions that a picture may be brought to, each a multiple of tiles
 * @param most so many tiles' features at most; larger maps are reduced; 0 for no limit
 */
public record TileGrid(int side, int across, List<UprightSize> resolutions, int most) {
    /** Maps this much over their limit, along each side, stay whole. */
    private static final double TOLERATED = 1.1;

    private static final int DIGITS = 7;

    public TileGrid {
        resolutions = List.copyOf(resolutions);
    }

    /**
     * The map of a picture's features, without the black around the picture.
     *
     * @param columns of tiles
     * @param top rows of features that are left out at the top
     * @param left columns of features that are left out on the left
     * @param rows that are left
     * @param width columns that are left
     * @param outRows after reduction; {@code rows} if there is none
     * @param outWidth see outRows
     */
    record Map(int columns, int top, int left, int rows, int width, int outRows, int outWidth) {
        boolean isReduced() {
            return outRows != rows || outWidth != width;
        }
    }

    /** Features of a tile. */
    public int each() {
        return across * across;
    }

    /** The resolution that keeps most of a picture, and among those the one that wastes least. */
    public UprightSize best(UprightSize picture) {
        UprightSize best = resolutions.get(0);
        long mostKept = -1;
        long leastWasted = 0;
        for (UprightSize one : resolutions) {
            double scale = Math.min((double) one.width() / picture.width(), (double) one.height() / picture.height());
            long wide = (long) (picture.width() * scale);
            long high = (long) (picture.height() * scale);
            long kept = Math.min(wide * high, (long) picture.width() * picture.height());
            long wasted = (long) one.width() * one.height() - kept;
            if (kept > mostKept || (kept == mostKept && wasted < leastWasted)) {
                best = one;
                mostKept = kept;
                leastWasted = wasted;
            }
        }
        return best;
    }

    /** The size that a picture is brought to inside a resolution. */
    static UprightSize inside(UprightSize picture, UprightSize frame) {
        double across = (double) frame.width() / picture.width();
        double down = (double) frame.height() / picture.height();
        return across < down
                ? new UprightSize((int) Math.min(Math.ceil(picture.height() * across), frame.height()), frame.width())
                : new UprightSize(frame.height(), (int) Math.min(Math.ceil(picture.width() * down), frame.width()));
    }

    Map map(UprightSize picture) {
        UprightSize frame = best(picture);
        int rows = frame.height() / side * across;
        int width = frame.width() / side * across;
        int top = 0;
        int left = 0;
        if ((double) picture.width() / picture.height() > (double) width / rows) {
            top = (rows - rounded(picture.height() * ((double) width / picture.width()))) / 2;
        } else {
            left = (width - rounded(picture.width() * ((double) rows / picture.height()))) / 2;
        }
        return reduced(frame.width() / side, top, left, rows - 2 * top, width - 2 * left);
    }

    /** Rounded to so many digits first: what is a whole number but for its last bits must not lose one. */
    private static int rounded(double value) {
        return new BigDecimal(value).setScale(DIGITS, RoundingMode.HALF_EVEN).intValue();
    }

    private Map reduced(int columns, int top, int left, int rows, int width) {
        double ratio = most == 0 ? 0 : Math.sqrt((double) rows * width / ((double) most * each()));
        return ratio > TOLERATED
                ? new Map(columns, top, left, rows, width, whole(rows, ratio), whole(width, ratio))
                : new Map(columns, top, left, rows, width, rows, width);
    }

    /** How often a number goes into another, as Python's floor division has it. */
    private static int whole(int count, double ratio) {
        return (int) Math.rint((count - count % ratio) / ratio);
    }

    /** Tokens of a picture: the whole of it, its tiles, and a line break after every row of those. */
    public int tokens(UprightSize picture) {
        return tokens(map(picture));
    }

    private int tokens(Map map) {
        return each() + map.outRows() * (map.outWidth() + 1);
    }

    /** Tokens of a picture that is not cut: the whole of it and a line break. */
    public int wholeTokens() {
        return each() + 1;
    }

    /** The most tokens that a picture takes: a map may stay whole that is a little over the limit. */
    int mostTokens() {
        return resolutions.stream()
                .flatMap(this::maps)
                .mapToInt(this::tokens)
                .max()
                .orElse(0);
    }

    /** Every map that a picture in a frame can leave. */
    private Stream<Map> maps(UprightSize frame) {
        int rows = frame.height() / side * across;
        int width = frame.width() / side * across;
        return Stream.concat(
                IntStream.rangeClosed(0, rows / 2).mapToObj(top -> reduced(0, top, 0, rows - 2 * top, width)),
                IntStream.rangeClosed(0, width / 2).mapToObj(left -> reduced(0, 0, left, rows, width - 2 * left)));
    }

    /** How many tiles a picture is seen in, that of the whole included. */
    public int tiles(UprightSize picture) {
        UprightSize frame = best(picture);
        return 1 + frame.height() / side * (frame.width() / side);
    }
}
