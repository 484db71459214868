package org.moslora.qwen;

import java.util.List;
import java.util.Set;

/**
 * The tower's shape.
 *
 * @param width of its rows
 * @param inner width inside the feed-forward part
 * @param depth its blocks
 * @param heads of attention
 * @param patch a patch's side in pixels
 * @param time pictures that a patch's weight looks at, of which a still picture is all
 * @param merge patches along a side that become one token
 * @param activation of the feed-forward part
 * @param gated whether that has a gate; then norms are RMS norms
 * @param window side of a window in tokens; 0: every block sees the whole picture
 * @param whole the blocks that see the whole picture where others see windows
 * @param places places of the table of positions along a side; 0: there is none
 * @param deep the blocks whose states are added behind the decoder's first layers
 */
public record QwenVision(
        int width,
        int inner,
        int depth,
        int heads,
        int patch,
        int time,
        int merge,
        String activation,
        boolean gated,
        int window,
        Set<Integer> whole,
        int places,
        List<Integer> deep) {
    /** Of the norms. */
    public static final double EPSILON = 1e-6;

    /** Takes the blocks as they are said. */
    public QwenVision {
        whole = Set.copyOf(whole);
        deep = List.copyOf(deep);
    }

    /** Whether a block's rows see only their window. */
    public boolean windowed(int block) {
        return window > 0 && !whole.contains(block);
    }

    /** Width of what becomes one token. */
    public int joined() {
        return width * merge * merge;
    }
}
