package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.ClipLayers;
import org.moslora.layers.block.ModelBuilder;

/** A vision tower up to the last layer whose features are used; later layers are never read. */
final class VisionTower {
    private final VisionConfig vision;
    private final List<Integer> featureLayers;
    private final int skipped;
    private final BlockTensors embedding;
    private final BlockList<long[]> blocks;

    /**
     * Makes its parts.
     *
     * @param path what the names of its tensors begin with
     * @param featureLayers indices into its states, 0 being the embedding
     * @param skipsClassToken whether the class token's feature is left out
     */
    VisionTower(
            ModelBuilder builder,
            String path,
            VisionConfig vision,
            List<Integer> featureLayers,
            boolean skipsClassToken) {
        this.vision = vision;
        this.featureLayers = List.copyOf(featureLayers);
        this.skipped = skipsClassToken ? 1 : 0;
        this.embedding = embedding(builder, path + "embeddings.", path, vision.kind() == TowerKind.SIGLIP);
        int used = featureLayers.stream().mapToInt(Integer::intValue).max().orElse(0);
        this.blocks = new ClipLayers(
                        path + LlavaNames.LAYERS, vision.heads(), vision.epsilon(), vision.activation(), false)
                .build(builder, used);
    }

    private static BlockTensors embedding(ModelBuilder builder, String path, String above, boolean siglip) {
        return builder.tensors(List.of(
                builder.tensor(path + "patch_embedding.weight"),
                siglip ? builder.tensor(path + "patch_embedding.bias") : builder.absent(),
                siglip ? builder.absent() : builder.tensor(path + "class_embedding"),
                builder.tensor(path + "position_embedding.weight"),
                siglip ? builder.absent() : builder.tensor(above + "pre_layrnorm.weight"),
                siglip ? builder.absent() : builder.tensor(above + "pre_layrnorm.bias")));
    }

    boolean learns() {
        return embedding.learns() || blocks.learns();
    }

    /** pixels [pictures, 3, side, side] to features [pictures · image tokens, width · feature layers]. */
    NDArray forward(Arena arena, NDArray pixels, long seed, Tape tape) {
        long pictures = pixels.getShape().get(0);
        List<NDArray> states = new ArrayList<>();
        NDArray x = Kernels.get().one(arena, "vision_embed", pixels, embedding.block(), vision.epsilon());
        blocks.forward(arena, x, blocks.size(), lengths(pictures), tape, seed, (i, state) -> states.add(state));
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
        boolean all = embedding.learns();
        NDArray gradient = blocks.backward(
                arena,
                blocks.size(),
                null,
                blocks.lowest(),
                lengths(pictures),
                tape,
                seed,
                all,
                state -> at(parts, state));
        if (all) {
            Kernels.get()
                    .call(
                            arena,
                            "vision_embed_back",
                            Objects.requireNonNull(gradient),
                            pixels,
                            embedding.block(),
                            vision.epsilon());
        }
    }

    /** What the features have of the gradient of the state after so many blocks. */
    private List<NDArray> at(NDArray[] parts, int state) {
        return IntStream.range(0, parts.length)
                .filter(j -> featureLayers.get(j) == state)
                .mapToObj(j -> parts[j])
                .toList();
    }

    private long[] lengths(long pictures) {
        long[] lengths = new long[(int) pictures];
        Arrays.fill(lengths, vision.tokens());
        return lengths;
    }
}
