package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LinearStack;
import org.moslora.layers.Plain;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;
import org.moslora.llama.Parts;

/** CLIP's vision tower up to the last layer whose features are used; later layers are never read. */
final class VisionTower {
    private final LlavaConfig config;
    private final VisionConfig vision;
    private final NDArray none;
    private final List<Plain> embedding;
    private final List<VisionBlock> blocks = new ArrayList<>();
    private @Nullable LinearStack embeddingStack;

    VisionTower(Parts parts, LlavaConfig config) {
        this.config = config;
        this.vision = config.vision();
        String path = LlavaNames.VISION;
        this.none = parts.none();
        this.embedding = List.of(
                parts.tensor(path + "embeddings.patch_embedding.weight"),
                Plain.absent(none),
                parts.tensor(path + "embeddings.class_embedding"),
                parts.tensor(path + "embeddings.position_embedding.weight"),
                parts.tensor(path + "pre_layrnorm.weight"),
                parts.tensor(path + "pre_layrnorm.bias"));
        for (int i = 0; i < config.usedVisionLayers(); i++) {
            blocks.add(new VisionBlock(parts, vision, i));
        }
    }

    boolean learns() {
        return blocks.stream().anyMatch(VisionBlock::learns);
    }

    /** pixels [pictures, 3, side, side] to features [pictures · image tokens, width · feature layers]. */
    NDArray forward(Arena arena, NDArray pixels, long seed, Tape tape) {
        long pictures = pixels.getShape().get(0);
        List<NDArray> states = new ArrayList<>();
        NDArray x = Kernels.get().one(arena, "vision_embed", pixels, embedding().weights(), vision.epsilon());
        states.add(x);
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).forward(arena, x, lengths(pictures), Seeds.mix(seed, i), tape);
            states.add(x);
        }
        List<NDArray> chosen = config.featureLayers().stream().map(states::get).toList();
        return Kernels.get().one(arena, "features", chosen, pictures, skipped());
    }

    /** Gathers the gradients of the blocks that learn, from that of the features. */
    void backward(Arena arena, NDArray features, long pictures, long seed, Tape tape) {
        List<Integer> layers = config.featureLayers();
        NDArray[] parts = Kernels.get().call(arena, "features_back", features, pictures, skipped(), layers.size());
        NDArray gradient = null;
        for (int i = blocks.size(); i > lowest(); i--) {
            for (int j = 0; j < layers.size(); j++) {
                if (layers.get(j) == i) {
                    gradient = gradient == null ? parts[j] : Kernels.get().one(arena, "added", gradient, parts[j]);
                }
            }
            if (gradient == null) {
                throw new IllegalStateException("no feature layer at the tower's end");
            }
            boolean need = i - 1 > lowest();
            gradient =
                    blocks.get(i - 1).backward(arena, gradient, lengths(pictures), Seeds.mix(seed, i - 1), tape, need);
        }
    }

    private LinearStack embedding() {
        LinearStack made = LinearStack.current(embeddingStack, embedding, List.of(), none);
        embeddingStack = made;
        return made;
    }

    private int lowest() {
        int lowest = 0;
        while (lowest < blocks.size() && !blocks.get(lowest).learns()) {
            lowest++;
        }
        return lowest;
    }

    private int skipped() {
        return config.skipsClassToken() ? 1 : 0;
    }

    private long[] lengths(long pictures) {
        long[] lengths = new long[(int) pictures];
        Arrays.fill(lengths, vision.tokens());
        return lengths;
    }
}
