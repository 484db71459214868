package org.moslora.multimodal;

import java.util.Iterator;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.llama.RowPositions;

/**
 * Positions with an axis each for time, row and column (Qwen2-VL, Wang et al. 2024, arXiv:2409.12191): words count on along
 * all three, a picture stands still in time and is laid out along the others.
 *
 * @param imageToken id of a picture's tokens
 * @param merge patches along a side that are one token
 */
public record PicturePositions(int imageToken, int merge) {
    /**
     * Positions of packed conversations.
     *
     * @param pictures in the order of their tokens
     * @param next the position that each conversation goes on from
     */
    public RowPositions of(int[] ids, int[] lengths, List<PictureInput> pictures, int[] next) {
        int[][] axes = new int[3][ids.length];
        Iterator<PictureInput> shown = pictures.iterator();
        int row = 0;
        for (int i = 0; i < lengths.length; i++) {
            int end = row + lengths[i];
            int at = next[i];
            while (row < end) {
                if (ids[row] == imageToken && shown.hasNext()) {
                    PictureInput picture = shown.next();
                    row = lay(axes, row, at, picture);
                    at += Math.max(picture.height(), picture.width()) / merge;
                } else {
                    put(axes, row++, at, at, at);
                    at++;
                }
            }
        }
        return new RowPositions(List.of(axes));
    }

    private int lay(int[][] axes, int first, int at, PictureInput picture) {
        int row = first;
        for (int y = 0; y < picture.height() / merge; y++) {
            for (int x = 0; x < picture.width() / merge; x++) {
                put(axes, row++, at, at + y, at + x);
            }
        }
        return row;
    }

    private static void put(int[][] axes, int row, int time, int y, int x) {
        axes[0][row] = time;
        axes[1][row] = y;
        axes[2][row] = x;
    }
}
