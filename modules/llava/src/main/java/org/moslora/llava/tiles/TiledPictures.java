package org.moslora.llava.tiles;

import java.util.Arrays;
import org.moslora.examples.image.ClipPreprocessing;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.image.PillowResize;
import org.moslora.examples.image.UprightSize;

/**
 * Pictures cut into tiles, the whole of it as the first.
 *
 * @param tile how one tile's pixels are made: squeezed into a square
 * @param grid how they are cut
 * @param severalWhole whether several pictures of a conversation are padded to squares and not cut
 */
record TiledPictures(ClipPreprocessing tile, TileGrid grid, boolean severalWhole) implements PicturePreparation {
    @Override
    public int tokens(UprightSize size, boolean alone) {
        return isWhole(alone) ? grid.wholeTokens() : grid.tokens(size);
    }

    private boolean isWhole(boolean alone) {
        return severalWhole && !alone;
    }

    /** A picture that is not cut has no size: nothing of it is laid out by that. */
    @Override
    public PictureInput input(Picture picture, boolean alone) {
        float[] whole = tile.pixels(picture, isWhole(alone) ? ImageAspect.PAD : ImageAspect.CROP);
        int tokens = tokens(UprightSize.of(picture), alone);
        return isWhole(alone)
                ? new PictureInput(whole, 0, 0, tokens)
                : new PictureInput(cut(picture, whole), picture.height(), picture.width(), tokens);
    }

    /** The tiles row by row, each [3, side, side], behind the whole. */
    private float[] cut(Picture picture, float[] whole) {
        UprightSize frame = grid.best(UprightSize.of(picture));
        UprightSize inside = TileGrid.inside(UprightSize.of(picture), frame);
        Picture resized = PillowResize.resize(picture, inside.width(), inside.height(), tile.filter());
        int top = (frame.height() - inside.height()) / 2;
        int left = (frame.width() - inside.width()) / 2;
        int side = grid.side();
        int columns = frame.width() / side;
        int count = frame.height() / side * columns;
        float[] all = Arrays.copyOf(whole, whole.length * (1 + count));
        for (int i = 0; i < count; i++) {
            Picture part = part(resized, i / columns * side - top, i % columns * side - left, side);
            System.arraycopy(tile.values(part), 0, all, whole.length * (1 + i), whole.length);
        }
        return all;
    }

    /** A square of a picture, black where it has none. */
    private static Picture part(Picture picture, int top, int left, int side) {
        byte[] rgb = new byte[3 * side * side];
        int from = Math.max(0, -left);
        int to = Math.min(side, picture.width() - left);
        for (int y = Math.max(0, -top); y < Math.min(side, picture.height() - top) && from < to; y++) {
            int source = 3 * ((top + y) * picture.width() + left + from);
            System.arraycopy(picture.rgb(), source, rgb, 3 * (y * side + from), 3 * (to - from));
        }
        return new Picture(side, side, rgb);
    }

    @Override
    public int leastSide() {
        return grid.side();
    }
}
