package org.moslora.adapters.names;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the layers of a transformer are called in its authors' own tree, which kohya's, musubi's and ComfyUI's files go by,
 * and which of diffusers' layers each of them is: several where the tree has their rows in one.
 */
public enum TransformerTree {
    /** Z-Image: queries, keys and values in one; most files keep them apart. */
    Z_IMAGE(DiffusionFamily.Z_IMAGE, zImage()),
    /** FLUX.2: queries, keys and values of the double blocks in one; the single blocks are fused in diffusers, too. */
    FLUX_2(DiffusionFamily.FLUX_2, flux2()),
    /** FLUX.1: in its single blocks the first layer of the feed-forward besides. */
    FLUX_1(DiffusionFamily.FLUX_1, MmditTrees.flux()),
    /** Stable Diffusion 3 and 3.5. */
    STABLE_DIFFUSION_3(DiffusionFamily.V3, MmditTrees.stableDiffusion3());

    private final DiffusionFamily family;
    private final List<TreeLayer> layers;

    TransformerTree(DiffusionFamily family, List<TreeLayer> layers) {
        this.family = family;
        this.layers = layers;
    }

    private static List<TreeLayer> zImage() {
        return List.of(
                TreeLayer.of(
                        "layers|noise_refiner|context_refiner",
                        "attention.qkv",
                        List.of("attention.to_q", "attention.to_k", "attention.to_v")),
                TreeLayer.of("layers|noise_refiner|context_refiner", "attention.out", List.of("attention.to_out.0")),
                TreeLayer.same(
                        "layers|noise_refiner|context_refiner",
                        List.of(
                                "attention.to_q",
                                "attention.to_k",
                                "attention.to_v",
                                "attention.to_out.0",
                                "feed_forward.w1",
                                "feed_forward.w2",
                                "feed_forward.w3",
                                "adaLN_modulation.0")),
                TreeLayer.renamed("x_embedder", "all_x_embedder.2-1", false),
                TreeLayer.renamed("final_layer.linear", "all_final_layer.2-1.linear", false),
                TreeLayer.renamed("final_layer.adaLN_modulation.1", "all_final_layer.2-1.adaLN_modulation.1", false),
                TreeLayer.same(
                        "",
                        List.of(
                                "all_x_embedder.2-1",
                                "all_final_layer.2-1.linear",
                                "all_final_layer.2-1.adaLN_modulation.1",
                                "t_embedder.mlp.0",
                                "t_embedder.mlp.2",
                                "cap_embedder.1")));
    }

    private static List<TreeLayer> flux2() {
        return List.of(
                TreeLayer.block(
                        "double_blocks",
                        "img_attn.qkv",
                        "transformer_blocks",
                        List.of("attn.to_q", "attn.to_k", "attn.to_v")),
                TreeLayer.block(
                        "double_blocks",
                        "txt_attn.qkv",
                        "transformer_blocks",
                        List.of("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj")),
                TreeLayer.block("double_blocks", "img_attn.proj", "transformer_blocks", List.of("attn.to_out.0")),
                TreeLayer.block("double_blocks", "txt_attn.proj", "transformer_blocks", List.of("attn.to_add_out")),
                TreeLayer.block("double_blocks", "img_mlp.0", "transformer_blocks", List.of("ff.linear_in")),
                TreeLayer.block("double_blocks", "img_mlp.2", "transformer_blocks", List.of("ff.linear_out")),
                TreeLayer.block("double_blocks", "txt_mlp.0", "transformer_blocks", List.of("ff_context.linear_in")),
                TreeLayer.block("double_blocks", "txt_mlp.2", "transformer_blocks", List.of("ff_context.linear_out")),
                TreeLayer.block(
                        "single_blocks", "linear1", "single_transformer_blocks", List.of("attn.to_qkv_mlp_proj")),
                TreeLayer.block("single_blocks", "linear2", "single_transformer_blocks", List.of("attn.to_out")),
                TreeLayer.renamed("img_in", "x_embedder", false),
                TreeLayer.renamed("txt_in", "context_embedder", false),
                TreeLayer.renamed("time_in.in_layer", "time_guidance_embed.timestep_embedder.linear_1", false),
                TreeLayer.renamed("time_in.out_layer", "time_guidance_embed.timestep_embedder.linear_2", false),
                TreeLayer.renamed("double_stream_modulation_img.lin", "double_stream_modulation_img.linear", false),
                TreeLayer.renamed("double_stream_modulation_txt.lin", "double_stream_modulation_txt.linear", false),
                TreeLayer.renamed("single_stream_modulation.lin", "single_stream_modulation.linear", false),
                TreeLayer.renamed("final_layer.linear", "proj_out", false),
                TreeLayer.renamed("final_layer.adaLN_modulation.1", "norm_out.linear", true));
    }

    /** What a layer of the tree is in diffusers. */
    public Optional<TreePlace> diffusers(String name, boolean underscores) {
        return layers.stream()
                .flatMap(layer -> layer.diffusers(name, underscores).stream())
                .findFirst();
    }

    /**
     * The layer that one of diffusers is, or is a part of, in files that are written by the tree; empty where these go by
     * diffusers' names, as all for Z-Image do.
     */
    public Optional<TreePlace> original(String path) {
        return layers.stream()
                .filter(layer -> this != Z_IMAGE && layer.isRenamed())
                .flatMap(layer -> layer.original(path).stream())
                .findFirst();
    }

    /** The tree that most names are of; empty if none has any of them. */
    public static Optional<TransformerTree> of(Collection<String> names, boolean underscores) {
        return Arrays.stream(values())
                .filter(tree -> tree.count(names, underscores) > 0)
                .max(Comparator.comparingLong(tree -> tree.count(names, underscores)));
    }

    private long count(Collection<String> names, boolean underscores) {
        return names.stream()
                .filter(name -> diffusers(name, underscores).isPresent())
                .count();
    }

    /** The tree of a family; null where it has none. */
    public static @Nullable TransformerTree of(DiffusionFamily family) {
        return Arrays.stream(values())
                .filter(tree -> tree.family == family)
                .findFirst()
                .orElse(null);
    }
}
