package org.moslora.adapters.names;

import java.util.ArrayList;
import java.util.List;

/** The authors' trees of FLUX.1's and Stable Diffusion 3's transformers. */
final class MmditTrees {
    private static final String OURS = "transformer_blocks";
    private static final String SINGLE = "single_transformer_blocks";
    private static final List<String> PLACES = List.of("attn.to_q", "attn.to_k", "attn.to_v");
    private static final List<String> TEXT = List.of("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj");
    private static final String TIME = "time_text_embed.";

    private MmditTrees() {}

    static List<TreeLayer> flux() {
        String theirs = "double_blocks";
        List<TreeLayer> layers = new ArrayList<>();
        layers.add(TreeLayer.block(theirs, "img_attn.qkv", OURS, PLACES));
        layers.add(TreeLayer.block(theirs, "txt_attn.qkv", OURS, TEXT));
        layers.add(TreeLayer.block(theirs, "img_attn.proj", OURS, List.of("attn.to_out.0")));
        layers.add(TreeLayer.block(theirs, "txt_attn.proj", OURS, List.of("attn.to_add_out")));
        layers.add(TreeLayer.block(theirs, "img_mlp.0", OURS, List.of("ff.net.0.proj")));
        layers.add(TreeLayer.block(theirs, "img_mlp.2", OURS, List.of("ff.net.2")));
        layers.add(TreeLayer.block(theirs, "txt_mlp.0", OURS, List.of("ff_context.net.0.proj")));
        layers.add(TreeLayer.block(theirs, "txt_mlp.2", OURS, List.of("ff_context.net.2")));
        layers.add(TreeLayer.block(theirs, "img_mod.lin", OURS, List.of("norm1.linear")));
        layers.add(TreeLayer.block(theirs, "txt_mod.lin", OURS, List.of("norm1_context.linear")));
        layers.add(TreeLayer.block(
                        "single_blocks", "linear1", SINGLE, List.of("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"))
                .shared(1, 1, 1, 4));
        layers.add(TreeLayer.block("single_blocks", "linear2", SINGLE, List.of("proj_out")));
        layers.add(TreeLayer.block("single_blocks", "modulation.lin", SINGLE, List.of("norm.linear")));
        layers.add(TreeLayer.renamed("img_in", "x_embedder", false));
        layers.add(TreeLayer.renamed("txt_in", "context_embedder", false));
        embedder(layers, "time_in", "timestep_embedder");
        embedder(layers, "vector_in", "text_embedder");
        embedder(layers, "guidance_in", "guidance_embedder");
        end(layers);
        return layers;
    }

    private static void embedder(List<TreeLayer> layers, String theirs, String ours) {
        layers.add(TreeLayer.renamed(theirs + ".in_layer", TIME + ours + ".linear_1", false));
        layers.add(TreeLayer.renamed(theirs + ".out_layer", TIME + ours + ".linear_2", false));
    }

    private static void end(List<TreeLayer> layers) {
        layers.add(TreeLayer.renamed("final_layer.linear", "proj_out", false));
        layers.add(TreeLayer.renamed("final_layer.adaLN_modulation.1", "norm_out.linear", true));
    }

    static List<TreeLayer> stableDiffusion3() {
        String theirs = "joint_blocks";
        List<TreeLayer> layers = new ArrayList<>();
        layers.add(TreeLayer.block(theirs, "x_block.attn.qkv", OURS, PLACES));
        layers.add(TreeLayer.block(theirs, "context_block.attn.qkv", OURS, TEXT));
        layers.add(TreeLayer.block(theirs, "x_block.attn.proj", OURS, List.of("attn.to_out.0")));
        layers.add(TreeLayer.block(theirs, "context_block.attn.proj", OURS, List.of("attn.to_add_out")));
        layers.add(
                TreeLayer.block(theirs, "x_block.attn2.qkv", OURS, List.of("attn2.to_q", "attn2.to_k", "attn2.to_v")));
        layers.add(TreeLayer.block(theirs, "x_block.attn2.proj", OURS, List.of("attn2.to_out.0")));
        layers.add(TreeLayer.block(theirs, "x_block.mlp.fc1", OURS, List.of("ff.net.0.proj")));
        layers.add(TreeLayer.block(theirs, "x_block.mlp.fc2", OURS, List.of("ff.net.2")));
        layers.add(TreeLayer.block(theirs, "context_block.mlp.fc1", OURS, List.of("ff_context.net.0.proj")));
        layers.add(TreeLayer.block(theirs, "context_block.mlp.fc2", OURS, List.of("ff_context.net.2")));
        layers.add(TreeLayer.block(theirs, "x_block.adaLN_modulation.1", OURS, List.of("norm1.linear")));
        // The last block's has a shift and a scale only, diffusers' a scale and a shift.
        layers.add(TreeLayer.block(theirs, "context_block.adaLN_modulation.1", OURS, List.of("norm1_context.linear"))
                .swappedAlone());
        layers.add(TreeLayer.renamed("x_embedder.proj", "pos_embed.proj", false));
        layers.add(TreeLayer.renamed("context_embedder", "context_embedder", false));
        layers.add(TreeLayer.renamed("t_embedder.mlp.0", TIME + "timestep_embedder.linear_1", false));
        layers.add(TreeLayer.renamed("t_embedder.mlp.2", TIME + "timestep_embedder.linear_2", false));
        layers.add(TreeLayer.renamed("y_embedder.mlp.0", TIME + "text_embedder.linear_1", false));
        layers.add(TreeLayer.renamed("y_embedder.mlp.2", TIME + "text_embedder.linear_2", false));
        end(layers);
        return layers;
    }
}
