package org.moslora.clip;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.LongStream;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.llava.ClipTower;
import org.moslora.llava.VisionConfig;

/** The vision half: a tower, and what its class token goes through on the way into the common space. */
public final class ClipPictures {
    private final VisionConfig config;
    private final ClipTower tower;
    private final BlockTensors end;

    /**
     * Makes its parts.
     *
     * @param builder knows the tensors as {@link ClipNames} names them
     */
    public ClipPictures(ModelBuilder builder, VisionConfig config) {
        this.config = config;
        this.tower = new ClipTower(builder, ClipNames.VISION, config);
        this.end = builder.tensors(builder.norms(ClipNames.POST_NORM), builder.linear(ClipNames.PROJECTION));
    }

    /** The tower's shape. */
    public VisionConfig config() {
        return config;
    }

    /**
     * Pictures on their way, and what the way back needs.
     *
     * @param pixels what came in
     * @param inner [B · tokens, width], the states before the last block, which LLaVA reads
     * @param last [B · tokens, width], the states after it
     * @param ends rows of the class tokens
     * @param pictures [B, projection]
     * @param tape what the blocks keep
     */
    public record Pass(NDArray pixels, NDArray inner, NDArray last, NDArray ends, NDArray pictures, Tape tape) {}

    /** Pixels [B, 3, side, side] into the common space. */
    public Pass forward(Arena arena, NDArray pixels, Tape tape) {
        NDArray features = tower.forward(arena, pixels, tape);
        NDArray inner = Kernels.get().one(arena, "columns", features, 0, config.hidden());
        NDArray last = Kernels.get().one(arena, "columns", features, config.hidden(), config.hidden());
        long count = pixels.getShape().get(0);
        NDArray ends = arena.longs(
                LongStream.range(0, count).map(i -> i * config.tokens()).toArray());
        NDArray pictures = Kernels.get().one(arena, "text_pooled", last, ends, end.block(), 0, config.epsilon());
        return new Pass(pixels, inner, last, ends, pictures, tape);
    }

    /**
     * Gathers the gradients of whatever learns; each pass can go back once.
     *
     * @param inner gradient of {@link Pass#inner}
     * @param pictures gradient of {@link Pass#pictures}
     */
    public void backward(Arena arena, Pass pass, NDArray inner, NDArray pictures) {
        NDArray last = Kernels.get()
                .one(
                        arena,
                        "text_pooled_back",
                        pictures,
                        pass.last(),
                        pass.ends(),
                        end.block(),
                        0,
                        true,
                        config.epsilon());
        NDArray features = Kernels.get().one(arena, "concatenated", List.of(inner, last), 1);
        tower.backward(arena, features, pass.pixels(), pass.tape());
    }
}
