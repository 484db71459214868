package org.moslora.miniature;

import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.LongStream;
import org.moslora.layers.Arena;

/** Painted pictures as the models read them. */
public final class ScenePixels {
    private static final float WHITE = 255;

    private ScenePixels() {}

    /** [3, side, side] with black at {@code low} and white at {@code high}. */
    public static float[] of(BufferedImage picture, float low, float high) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] colours = picture.getRGB(0, 0, width, height, null, 0, width);
        float[] values = new float[3 * colours.length];
        for (int channel = 0; channel < 3; channel++) {
            int shift = 16 - 8 * channel;
            for (int i = 0; i < colours.length; i++) {
                float share = (colours[i] >> shift & 0xFF) / WHITE;
                values[channel * colours.length + i] = low + (high - low) * share;
            }
        }
        return values;
    }

    /** Square pictures side by side: [B, 3, side, side]. */
    public static NDArray batch(Arena arena, List<float[]> pictures) {
        long side = Math.round(Math.sqrt(pictures.get(0).length / 3.0));
        return batch(arena, pictures, 3, side, side);
    }

    /** Arrays of one shape side by side: [B, …]. */
    public static NDArray batch(Arena arena, List<float[]> arrays, long... shape) {
        long[] whole = LongStream.concat(LongStream.of(arrays.size()), LongStream.of(shape))
                .toArray();
        return arena.stacked(arrays, whole);
    }
}
