package org.moslora.examples.image;

/**
 * A picture on a larger sheet of one colour, which is never painted: a strip of one pixel's height has a square of
 * billions of pixels.
 *
 * @param picture what lies on the sheet
 * @param width of the sheet in pixels
 * @param height of the sheet in pixels
 * @param left where the picture lies
 * @param top where the picture lies
 * @param fill red, green and blue of the sheet, 0 to 255
 */
@SuppressWarnings("ArrayRecordComponent")
record Canvas(Picture picture, int width, int height, int left, int top, int[] fill) {
    /** The picture alone. */
    static Canvas bare(Picture picture) {
        return new Canvas(picture, picture.width(), picture.height(), 0, 0, new int[3]);
    }

    /** The picture in the middle of a square of its longer side. */
    static Canvas square(Picture picture, int[] fill) {
        int side = Math.max(picture.width(), picture.height());
        return new Canvas(picture, side, side, (side - picture.width()) / 2, (side - picture.height()) / 2, fill);
    }

    /** Mirrored at the diagonal. */
    Canvas transposed() {
        return new Canvas(Orientation.upright(picture, Orientation.TRANSPOSED), height, width, top, left, fill);
    }
}
