package org.moslora.llava.tiles;

import java.util.Arrays;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.UprightSize;

/** Which rows of the tiles' features make which tokens. */
final class TileLayout {
    /** Rows that a token of a reduced map is made of. */
    private static final int TAPS = 4;

    private final TileGrid grid;
    private final int breakRow;
    private final long[] index;
    private final float[] weights;
    private final int tokens;
    private int at;

    /**
     * Lays pictures out.
     *
     * @param features rows that they have together; the line break is the row behind them
     */
    TileLayout(TileGrid grid, List<PictureInput> pictures, int features) {
        this.grid = grid;
        this.breakRow = features;
        this.tokens = pictures.stream().mapToInt(PictureInput::tokens).sum();
        boolean mixes = pictures.stream()
                .anyMatch(picture -> isCut(picture) && grid.map(size(picture)).isReduced());
        this.index = new long[mixes ? TAPS * tokens : tokens];
        this.weights = new float[mixes ? TAPS * tokens : 0];
        int base = 0;
        for (PictureInput picture : pictures) {
            base = add(picture, base);
        }
        if (at != tokens || base != features) {
            throw new IllegalStateException(at + " tokens of " + tokens + ", " + base + " features of " + features);
        }
    }

    /** Rows of each token, the first of all tokens before the second of all. */
    long[] index() {
        return index;
    }

    /** Their weights; empty where each token is one row. */
    float[] weights() {
        return weights;
    }

    /** How many rows make a token. */
    int taps() {
        return index.length / Math.max(1, tokens);
    }

    private static boolean isCut(PictureInput picture) {
        return picture.height() > 0;
    }

    private static UprightSize size(PictureInput picture) {
        return new UprightSize(picture.height(), picture.width());
    }

    /** A picture whose features begin at row {@code base}; where the next one's do. */
    private int add(PictureInput picture, int base) {
        for (int i = 0; i < grid.each(); i++) {
            put(base + i);
        }
        if (!isCut(picture)) {
            put(breakRow);
            return base + grid.each();
        }
        TileGrid.Map map = grid.map(size(picture));
        for (int y = 0; y < map.outRows(); y++) {
            for (int x = 0; x < map.outWidth(); x++) {
                if (map.isReduced()) {
                    mix(map, base, y, x);
                } else {
                    put(row(map, base, y, x));
                }
            }
            put(breakRow);
        }
        return base + grid.each() * grid.tiles(size(picture));
    }

    /** The row of a place of the map, whose tiles come after the whole. */
    private int row(TileGrid.Map map, int base, int y, int x) {
        int across = grid.across();
        int down = map.top() + y;
        int right = map.left() + x;
        int tile = 1 + down / across * map.columns() + right / across;
        return base + tile * grid.each() + down % across * across + right % across;
    }

    private void put(int row) {
        index[at] = row;
        if (weights.length > 0) {
            weights[at] = 1;
            Arrays.stream(new int[] {1, 2, 3}).forEach(tap -> index[tap * tokens + at] = row);
        }
        at++;
    }

    /** Bilinear, between the centres of the map's places. */
    private void mix(TileGrid.Map map, int base, int y, int x) {
        Between down = Between.of(y, map.rows(), map.outRows());
        Between right = Between.of(x, map.width(), map.outWidth());
        int[] rows = {
            row(map, base, down.first(), right.first()),
            row(map, base, down.first(), right.second()),
            row(map, base, down.second(), right.first()),
            row(map, base, down.second(), right.second())
        };
        float[] shares = {
            (1 - down.share()) * (1 - right.share()),
            (1 - down.share()) * right.share(),
            down.share() * (1 - right.share()),
            down.share() * right.share()
        };
        for (int tap = 0; tap < TAPS; tap++) {
            index[tap * tokens + at] = rows[tap];
            weights[tap * tokens + at] = shares[tap];
        }
        at++;
    }

    /** Two neighbours along a side, and the second's share. */
    private record Between(int first, int second, float share) {
        static Between of(int place, int from, int to) {
            float scale = (float) from / to;
            float source = Math.max(0, (place + 0.5f) * scale - 0.5f);
            int first = Math.min((int) source, from - 1);
            return new Between(first, Math.min(first + 1, from - 1), source - first);
        }
    }
}
