package org.moslora.miniature.blank;

/** Sinusoids of places of a picture, as diffusers makes the table of a Stable Diffusion 3. */
final class PlaceTable {
    private static final double BASE = 10_000;

    private PlaceTable() {}

    /**
     * [1, side · side, width], row by row: of each place its column in the first half, its row in the other.
     *
     * @param usual places of a side of the usual picture, which the whole table is as long as
     */
    static float[] of(int side, int width, double usual) {
        float[] table = new float[side * side * width];
        int half = width / 2;
        for (int place = 0; place < side * side; place++) {
            int row = place / side;
            int column = place % side;
            wave(table, place * width, half, column * usual / side);
            wave(table, place * width + half, half, row * usual / side);
        }
        return table;
    }

    /** Sines of one position, then cosines. */
    private static void wave(float[] table, int at, int width, double position) {
        int pairs = width / 2;
        for (int i = 0; i < pairs; i++) {
            double angle = position / Math.pow(BASE, (double) i / pairs);
            table[at + i] = (float) Math.sin(angle);
            table[at + pairs + i] = (float) Math.cos(angle);
        }
    }
}
