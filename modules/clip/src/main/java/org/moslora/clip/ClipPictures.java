package org.moslora.clip;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.LongStream;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LinearStack;
import org.moslora.layers.Plain;
import org.moslora.layers.Site;
import org.moslora.layers.Tape;
import org.moslora.llama.Parts;
import org.moslora.llava.ClipTower;
import org.moslora.llava.VisionConfig;

/** The vision half: a tower, and what its class token goes through on the way into the common space. */
public final class ClipPictures {
    private final VisionConfig config;
    private final NDArray none;
    private final ClipTower tower;
    private final List<Plain> norm;
    private final Linear projection;

    /**
     * Makes its parts.
     *
     * @param parts know the tensors as {@link ClipNames} names them
     */
    public ClipPictures(Parts parts, VisionConfig config) {
        this.config = config;
        this.none = parts.none();
        this.tower = new ClipTower(parts, ClipNames.VISION, config);
        this.norm = List.of(parts.tensor(ClipNames.POST_NORM + ".weight"), parts.tensor(ClipNames.POST_NORM + ".bias"));
        String weight = ClipNames.PROJECTION + ".weight";
        List<Long> shape = parts.weights().shape(weight);
        Site site = new Site(ClipNames.PROJECTION, shape.get(1), shape.get(0), false);
        this.projection = parts.weights().linear(site, weight, null);
        parts.linears().made(projection);
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
        try (LinearStack stack = LinearStack.of(norm, List.of(projection), none)) {
            NDArray pictures = Kernels.get()
                    .one(arena, "text_pooled", last, ends, stack.weights(), stack.adapters(), config.epsilon(), 0.0, 0);
            return new Pass(pixels, inner, last, ends, pictures, tape);
        }
    }

    /**
     * Gathers the gradients of whatever learns; each pass can go back once.
     *
     * @param inner gradient of {@link Pass#inner}
     * @param pictures gradient of {@link Pass#pictures}
     */
    public void backward(Arena arena, Pass pass, NDArray inner, NDArray pictures) {
        try (LinearStack stack = LinearStack.of(norm, List.of(projection), none)) {
            NDArray last = Kernels.get()
                    .one(
                            arena,
                            "text_pooled_back",
                            pictures,
                            pass.last(),
                            pass.ends(),
                            stack.weights(),
                            stack.weightGradients(),
                            stack.adapters(),
                            stack.adapterGradients(),
                            config.epsilon(),
                            0.0,
                            0,
                            true);
            NDArray features = Kernels.get().one(arena, "concatenated", List.of(inner, last), 1);
            tower.backward(arena, features, pass.pixels(), pass.tape());
        }
    }
}
