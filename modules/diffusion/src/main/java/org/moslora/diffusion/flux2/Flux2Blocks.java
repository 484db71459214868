package org.moslora.diffusion.flux2;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.flow.SummedGradient;
import org.moslora.layers.Arena;
import org.moslora.layers.Linear;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Seeds;
import org.moslora.layers.Structure;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.Context;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.ModelBuilder;

/** Makes the blocks of FLUX.2's transformer. */
final class Flux2Blocks {
    /** Linears of a double block's attention, in the kernels' order: the picture's, then the text's. */
    static final List<String> ATTENTION = List.of(
            "attn.to_q",
            "attn.to_k",
            "attn.to_v",
            "attn.to_out.0",
            "attn.add_q_proj",
            "attn.add_k_proj",
            "attn.add_v_proj",
            "attn.to_add_out");

    /** Norms of a double block's heads, in the kernels' order. */
    static final List<String> NORMS = List.of("attn.norm_q", "attn.norm_k", "attn.norm_added_q", "attn.norm_added_k");

    private static final List<String> FEED =
            List.of("ff.linear_in", "ff.linear_out", "ff_context.linear_in", "ff_context.linear_out");

    private Flux2Blocks() {}

    /**
     * What a pass has for the blocks.
     *
     * @param rows how text and picture lie
     * @param text rows of each text
     * @param modulations of picture and text in double blocks, of single blocks
     * @param sums where the modulations' gradients go, one each; null where nobody wants them
     */
    record Told(
            Structure rows,
            int text,
            List<NDArray> modulations,
            @Nullable List<SummedGradient> sums) {}

    static BlockList<Told> of(ModelBuilder builder, Flux2Config config) {
        List<Object> shape = List.of(new long[] {config.heads(), config.headWidth()});
        List<KernelBlock<Told>> blocks = new ArrayList<>();
        for (int i = 0; i < config.doubles(); i++) {
            blocks.add(twofold(builder, Flux2Names.doubleBlock(i), shape));
        }
        for (int i = 0; i < config.singles(); i++) {
            blocks.add(single(builder, Flux2Names.singleBlock(i), shape));
        }
        return new BlockList<>(blocks, Seeds::mix);
    }

    private static KernelBlock<Told> twofold(ModelBuilder builder, String path, List<Object> shape) {
        List<Linear> linears = new ArrayList<>();
        ATTENTION.forEach(leaf -> linears.add(builder.linear(path + leaf)));
        FEED.forEach(leaf -> linears.add(builder.linear(path + leaf)));
        List<OtherTensor> norms = NORMS.stream()
                .map(norm -> builder.tensor(path + norm + ".weight"))
                .toList();
        return builder.block(
                "flux2_double", builder.tensors(norms, linears.toArray(Linear[]::new)), shape, new Modulated(0, 2) {
                    @Override
                    public List<?> arguments(Told told, NDArray x) {
                        return List.of(
                                told.modulations().get(0),
                                told.modulations().get(1),
                                told.rows(),
                                told.text(),
                                told.sums() != null);
                    }
                });
    }

    private static KernelBlock<Told> single(ModelBuilder builder, String path, List<Object> shape) {
        return builder.block(
                "flux2_single",
                builder.tensors(
                        List.of(builder.tensor(path + "norm_q.weight"), builder.tensor(path + "norm_k.weight")),
                        builder.linear(path + "to_qkv_mlp_proj"),
                        builder.linear(path + "to_out")),
                shape,
                new Modulated(2, 1) {
                    @Override
                    public List<?> arguments(Told told, NDArray x) {
                        return List.of(told.modulations().get(2), told.rows(), told.sums() != null);
                    }
                });
    }

    /** Takes the gradients of so many modulations, from the first on. */
    private abstract static class Modulated implements Context<Told> {
        private final int first;
        private final int count;

        Modulated(int first, int count) {
            this.first = first;
            this.count = count;
        }

        @Override
        public void takes(Arena arena, Told told, NDArray[] gradients, boolean need) {
            List<SummedGradient> sums = told.sums();
            for (int i = 0; sums != null && i < count; i++) {
                sums.get(first + i).add(arena, gradients[1 + i]);
            }
        }
    }
}
