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
    private final VisionConfig vision;
    private final List<Integer> featureLayers;
    private final int skipped;
    private final NDArray none;
    private final List<Plain> embedding;
    private final List<VisionBlock> blocks = new ArrayList<>();
    private @Nullable LinearStack embeddingStack;

    /**
     * Makes its parts.
     *
     * @param path what the names of its tensors begin with
     * @param featureLayers indices into its states, 0 being the embedding
     * @param skipsClassToken whether the class token's feature is left out
     */
    VisionTower(Parts parts, String path, VisionConfig vision, List<Integer> featureLayers, boolean skipsClassToken) {
        this.vision = vision;
        this.featureLayers = List.copyOf(featureLayers);
        this.skipped = skipsClassToken ? 1 : 0;
        this.none = parts.none();
        this.embedding = List.of(
                parts.tensor(path + "embeddings.patch_embedding.weight"),
                Plain.absent(none),
                parts.tensor(path + "embeddings.class_embedding"),
                parts.tensor(path + "embeddings.position_embedding.weight"),
                parts.tensor(path + "pre_layrnorm.weight"),
                parts.tensor(path + "pre_layrnorm.bias"));
        int used = featureLayers.stream().mapToInt(Integer::intValue).max().orElse(0);
        for (int i = 0; i < used; i++) {
            blocks.add(new VisionBlock(parts, vision, LlavaNames.encoder(path, i)));
        }
    }

    boolean learns() {
        return embedding().learns() || blocks.stream().anyMatch(VisionBlock::learns);
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
        List<NDArray> chosen = featureLayers.stream().map(states::get).toList();
        return Kernels.get().one(arena, "features", chosen, pictures, skipped);
    }

    /**
     * Gathers the gradients of whatever learns, from that of the features.
     *
     * @param pixels what the forward pass was given
     */
    void backward(Arena arena, NDArray features, NDArray pixels, long seed, Tape tape) {
        long pictures = pixels.getShape().get(0);
        NDArray[] parts = Kernels.get().call(arena, "features_back", features, pictures, skipped, featureLayers.size());
        boolean all = embedding().learns();
        int lowest = all ? 0 : lowest();
        NDArray gradient = null;
        for (int i = blocks.size(); i > lowest; i--) {
            NDArray whole = present(joined(arena, gradient, parts, i));
            boolean need = all || i - 1 > lowest;
            gradient = blocks.get(i - 1).backward(arena, whole, lengths(pictures), Seeds.mix(seed, i - 1), tape, need);
        }
        if (all) {
            embeddingBackward(arena, present(joined(arena, gradient, parts, 0)), pixels);
        }
    }

    /** The gradient of the state after so many blocks: what came down to it, and what the features have of it. */
    private @Nullable NDArray joined(Arena arena, @Nullable NDArray above, NDArray[] parts, int state) {
        NDArray sum = above;
        for (int j = 0; j < parts.length; j++) {
            if (featureLayers.get(j) == state) {
                sum = sum == null ? parts[j] : Kernels.get().one(arena, "added", sum, parts[j]);
            }
        }
        return sum;
    }

    private static NDArray present(@Nullable NDArray gradient) {
        if (gradient == null) {
            throw new IllegalStateException("no feature layer at the tower's end");
        }
        return gradient;
    }

    private void embeddingBackward(Arena arena, NDArray gradient, NDArray pixels) {
        LinearStack own = embedding();
        Kernels.get()
                .call(
                        arena,
                        "vision_embed_back",
                        gradient,
                        pixels,
                        own.weights(),
                        own.weightGradients(),
                        vision.epsilon());
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

    private long[] lengths(long pictures) {
        long[] lengths = new long[(int) pictures];
        Arrays.fill(lengths, vision.tokens());
        return lengths;
    }
}
