package org.moslora.generation.image;

import java.util.List;
import org.moslora.diffusion.mmdit.MmditConfig;

/** The text of a Stable Diffusion 3 or FLUX.1, put together from what its encoders give. */
public final class MmditContext {
    private MmditContext() {}

    /**
     * FLUX.1's is T5's states; Stable Diffusion 3's the CLIPs' side by side, as wide as T5's by zeros, and T5's behind them.
     *
     * @param clips states of each CLIP, row by row
     * @param rows how many there are of each
     * @param deep T5's states, zeros where there is no T5
     * @return row by row
     */
    public static float[] of(MmditConfig transformer, List<float[]> clips, int rows, float[] deep) {
        if (transformer.flux()) {
            return deep;
        }
        int whole = transformer.textWidth();
        float[] all = new float[rows * whole + deep.length];
        int start = 0;
        for (float[] states : clips) {
            int width = states.length / rows;
            for (int row = 0; row < rows; row++) {
                System.arraycopy(states, row * width, all, row * whole + start, width);
            }
            start += width;
        }
        System.arraycopy(deep, 0, all, rows * whole, deep.length);
        return all;
    }
}
