package org.moslora.diffusion.zimage;

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

/** Makes the blocks of a stream. */
final class ZImageBlocks {
    private ZImageBlocks() {}

    /**
     * What a pass has for the blocks of one stream.
     *
     * @param rows how it lies
     * @param time embedded; without entries where it has no say
     * @param sum where the gradients of the time go; null where nobody wants them
     */
    record Stream(Structure rows, NDArray time, @Nullable SummedGradient sum) {}

    /** So many blocks, one after the other. */
    static BlockList<Stream> of(ModelBuilder builder, ZImageConfig config, String path, int count, boolean modulated) {
        List<KernelBlock<Stream>> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(block(builder, config, path + i + ".", modulated));
        }
        return new BlockList<>(blocks, Seeds::mix);
    }

    private static KernelBlock<Stream> block(
            ModelBuilder builder, ZImageConfig config, String path, boolean modulated) {
        List<OtherTensor> norms = new ArrayList<>();
        for (String norm : List.of(
                "attention.norm_q",
                "attention.norm_k",
                "attention_norm1",
                "attention_norm2",
                "ffn_norm1",
                "ffn_norm2")) {
            norms.add(builder.tensor(path + norm + ".weight"));
        }
        Linear modulation = builder.optional(modulated ? path + "adaLN_modulation.0" : null);
        return builder.block(
                "single_stream",
                builder.tensors(
                        norms,
                        builder.linear(path + "attention.to_q"),
                        builder.linear(path + "attention.to_k"),
                        builder.linear(path + "attention.to_v"),
                        builder.linear(path + "attention.to_out.0"),
                        builder.linear(path + "feed_forward.w1"),
                        builder.linear(path + "feed_forward.w3"),
                        builder.linear(path + "feed_forward.w2"),
                        modulation),
                List.of(new long[] {config.heads(), config.headWidth()}, config.epsilon()),
                new Told());
    }

    /** Tells blocks the time, and takes its gradient. */
    private static final class Told implements Context<Stream> {
        @Override
        public List<?> arguments(Stream stream, NDArray x) {
            return List.of(stream.time(), stream.rows(), stream.sum() != null);
        }

        @Override
        public void takes(Arena arena, Stream stream, NDArray[] gradients, boolean need) {
            if (stream.sum() != null && gradients[1].size() > 0) {
                stream.sum().add(arena, gradients[1]);
            }
        }
    }
}
