package org.moslora.diffusion.mmdit;

import java.util.List;
import java.util.Set;

/**
 * The shape of a transformer.
 *
 * @param flux whether it is FLUX.1's, with single blocks and rotary positions, or Stable Diffusion 3's
 * @param channels of the latents, of which four make a place
 * @param heads attention heads
 * @param headWidth width of each
 * @param doubles blocks of two streams
 * @param singles blocks of one
 * @param textWidth width of the text states
 * @param pooledWidth width of the pooled text
 * @param guided whether it is told the guidance
 * @param axes widths of a head's parts that turn with text, row and column; empty where positions are a table
 * @param side rows and columns of the table of positions; 0 where there is none
 * @param sampleSize a side in latents of the pictures that it was trained on
 * @param dual blocks whose places attend to each other a second time
 * @param headNorms whether queries and keys are normed
 */
public record MmditConfig(
        boolean flux,
        int channels,
        int heads,
        int headWidth,
        int doubles,
        int singles,
        int textWidth,
        int pooledWidth,
        boolean guided,
        List<Integer> axes,
        int side,
        int sampleSize,
        Set<Integer> dual,
        boolean headNorms) {
    /** Width of the sinusoids of times and guidances. */
    public static final int TIME = 256;

    /** Copies the collections. */
    public MmditConfig {
        axes = List.copyOf(axes);
        dual = Set.copyOf(dual);
    }

    /** Width of the states. */
    public int width() {
        return heads * headWidth;
    }

    /** Whether the text's states of a block are read by nobody: Stable Diffusion 3's last. */
    public boolean ends(int block) {
        return !flux && block == doubles - 1;
    }
}
