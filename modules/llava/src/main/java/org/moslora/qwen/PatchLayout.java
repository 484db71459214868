package org.moslora.qwen;

import java.util.Arrays;
import java.util.List;
import org.moslora.examples.image.PictureInput;

/**
 * Where the rows of a tower lie: of all pictures, one after the other, patches of one token together, tokens line by line.
 * For windows, rows are brought into an order in which each window's lie together.
 */
final class PatchLayout {
    private final QwenVision vision;
    private final List<PictureInput> pictures;
    private final int rows;

    PatchLayout(QwenVision vision, List<PictureInput> pictures) {
        this.vision = vision;
        this.pictures = pictures;
        this.rows = pictures.stream().mapToInt(PatchLayout::rows).sum();
    }

    private static int rows(PictureInput picture) {
        return picture.height() * picture.width();
    }

    /** Rows of each picture. */
    long[] wholes() {
        return pictures.stream().mapToLong(PatchLayout::rows).toArray();
    }

    /** The line of each row's patch in its picture. */
    int[] lines() {
        return each((picture, i) -> token(i) / across(picture) * vision.merge() + i / vision.merge() % vision.merge());
    }

    /** The column. */
    int[] columns() {
        return each((picture, i) -> token(i) % across(picture) * vision.merge() + i % vision.merge());
    }

    private int token(int row) {
        return row / (vision.merge() * vision.merge());
    }

    /** Tokens in a line of a picture. */
    private int across(PictureInput picture) {
        return picture.width() / vision.merge();
    }

    /** A number for each row of a picture. */
    private interface OfRow {
        int at(PictureInput picture, int row);
    }

    private int[] each(OfRow number) {
        int[] all = new int[rows];
        int at = 0;
        for (PictureInput picture : pictures) {
            for (int i = 0; i < rows(picture); i++) {
                all[at++] = number.at(picture, i);
            }
        }
        return all;
    }

    /**
     * Windows of a pass.
     *
     * @param order which row stands at each place when windows lie together
     * @param back at which place each row stands then
     * @param lengths rows of each window
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to kernels as they are, never compared
    record Windows(long[] order, long[] back, long[] lengths) {}

    Windows windows() {
        long[] order = new long[rows];
        long[] lengths = new long[rows];
        int windows = 0;
        int at = 0;
        int first = 0;
        int side = vision.window();
        for (PictureInput picture : pictures) {
            int across = across(picture);
            int down = picture.height() / vision.merge();
            for (int top = 0; top < down; top += side) {
                for (int left = 0; left < across; left += side) {
                    int begun = at;
                    for (int y = top; y < Math.min(down, top + side); y++) {
                        for (int x = left; x < Math.min(across, left + side); x++) {
                            at = token(order, at, first, y * across + x);
                        }
                    }
                    lengths[windows++] = (long) at - begun;
                }
            }
            first += rows(picture);
        }
        long[] back = new long[rows];
        for (int i = 0; i < rows; i++) {
            back[(int) order[i]] = i;
        }
        return new Windows(order, back, Arrays.copyOf(lengths, windows));
    }

    private int token(long[] order, int at, int first, int token) {
        int each = vision.merge() * vision.merge();
        for (int i = 0; i < each; i++) {
            order[at + i] = first + (long) token * each + i;
        }
        return at + each;
    }

    /**
     * Where rows read a table of positions, bilinearly between its corners.
     *
     * @param places four for each row
     * @param shares of each
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to kernels as they are, never compared
    record Read(long[] places, float[] shares) {}

    Read table() {
        int[] lines = lines();
        int[] columns = columns();
        Read read = new Read(new long[4 * rows], new float[4 * rows]);
        int at = 0;
        for (PictureInput picture : pictures) {
            for (int i = 0; i < rows(picture); i++, at++) {
                put(read, at, place(lines[at], picture.height()), place(columns[at], picture.width()));
            }
        }
        return read;
    }

    private float place(int number, int count) {
        return count == 1 ? 0 : number * ((vision.places() - 1) / (float) (count - 1));
    }

    private void put(Read read, int row, float y, float x) {
        int side = vision.places();
        int top = (int) y;
        int left = (int) x;
        int bottom = Math.min(top + 1, side - 1);
        int right = Math.min(left + 1, side - 1);
        float down = y - top;
        float over = x - left;
        int[] places = {top * side + left, top * side + right, bottom * side + left, bottom * side + right};
        float[] shares = {(1 - down) * (1 - over), (1 - down) * over, down * (1 - over), down * over};
        for (int i = 0; i < 4; i++) {
            read.places()[4 * row + i] = places[i];
            read.shares()[4 * row + i] = shares[i];
        }
    }
}
