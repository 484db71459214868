package org.moslora.examples.image;

/** Turns a picture upright by the orientation that its metadata gives, 1 to 8 as in TIFF 6.0 and EXIF. */
final class Orientation {
    /** Mirrored at the diagonal. */
    static final int TRANSPOSED = 5;

    private Orientation() {}

    /** Whether it lays a picture on its side; a number beyond the eight says nothing. */
    static boolean turns(int orientation) {
        return orientation >= TRANSPOSED && orientation <= 8;
    }

    /** The upright picture; the same one if {@code orientation} is 1 or no orientation at all. */
    static Picture upright(Picture picture, int orientation) {
        if (orientation < 2 || orientation > 8) {
            return picture;
        }
        int width = picture.width();
        int height = picture.height();
        boolean turned = turns(orientation);
        boolean mirrored = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean flipped = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        byte[] from = picture.rgb();
        byte[] to = new byte[from.length];
        int columns = turned ? height : width;
        int rows = turned ? width : height;
        for (int y = 0, o = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++, o += 3) {
                int column = turned ? y : x;
                int row = turned ? x : y;
                int i = 3 * ((flipped ? height - 1 - row : row) * width + (mirrored ? width - 1 - column : column));
                to[o] = from[i];
                to[o + 1] = from[i + 1];
                to[o + 2] = from[i + 2];
            }
        }
        return new Picture(columns, rows, to, picture.notes());
    }
}
