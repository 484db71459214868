package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;

/**
 * A vision tower by itself, as CLIP has it beside its text half: every block runs, and the states after the last two are
 * its features, class token included.
 */
public final class ClipTower {
    private final VisionConfig config;
    private final VisionTower tower;

    /**
     * Makes its parts.
     *
     * @param path what the names of its tensors begin with
     */
    public ClipTower(ModelBuilder builder, String path, VisionConfig config) {
        this.config = config;
        this.tower = new VisionTower(builder, path, config, List.of(config.layers() - 1, config.layers()), false);
    }

    /** The tower's shape. */
    public VisionConfig config() {
        return config;
    }

    /** Pixels [B, 3, side, side] to [B · tokens, 2 · width]: the last state but one beside the last. */
    public NDArray forward(Arena arena, NDArray pixels, Tape tape) {
        return tower.forward(arena, pixels, 0, tape);
    }

    /**
     * Gathers the gradients of whatever learns, from that of the features.
     *
     * @param pixels what the forward pass was given
     */
    public void backward(Arena arena, NDArray features, NDArray pixels, Tape tape) {
        tower.backward(arena, features, pixels, 0, tape);
    }
}
