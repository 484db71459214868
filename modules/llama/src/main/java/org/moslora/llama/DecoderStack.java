package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Seeds;
import org.moslora.layers.Structure;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.ModelBuilder;

/** The decoder's parts in a row: embedding table, blocks, final norm and head. */
final class DecoderStack {
    /** Entries of the logits that stand in memory at a time. */
    private static final long LOGITS = 4L << 20;

    private final LanguageModelConfig config;
    private final NDArray none;
    private final RopeTable rope;
    private final BlockTensors table;
    private final BlockTensors head;
    private final List<KernelBlock<BatchRows>> layers = new ArrayList<>();
    private final BlockList<BatchRows> blocks;

    DecoderStack(ModelBuilder builder, LanguageModelConfig config, LlamaNames names) {
        this.config = config;
        this.none = builder.none();
        this.rope = new RopeTable(builder.arena(), builder.compute(), config);
        Linear embedding = builder.embedding(names.table());
        this.table = builder.tensors(List.of(), embedding);
        OtherTensor norm = builder.tensor(names.finalNorm());
        this.head = config.tied()
                ? builder.tensors(List.of(norm), embedding)
                : builder.tensors(List.of(norm, builder.tensor(LlamaNames.HEAD)));
        for (int i = 0; i < config.layers(); i++) {
            boolean last = i == config.layers() - 1;
            layers.add(builder.block(
                    "decoder",
                    layer(builder, names.block(i)),
                    List.of(config.shape(), config.epsilon()),
                    (rows, x) -> List.of(last ? rows.kept() : rows.all())));
        }
        this.blocks = new BlockList<>(layers, Seeds::mix);
    }

    private static BlockTensors layer(ModelBuilder builder, String path) {
        return builder.tensors(
                List.of(
                        builder.tensor(path + "input_layernorm.weight"),
                        builder.tensor(path + "post_attention_layernorm.weight")),
                builder.linear(path + "self_attn.q_proj"),
                builder.linear(path + "self_attn.k_proj"),
                builder.linear(path + "self_attn.v_proj"),
                builder.linear(path + "self_attn.o_proj"),
                builder.linear(path + "mlp.gate_proj"),
                builder.linear(path + "mlp.up_proj"),
                builder.linear(path + "mlp.down_proj"));
    }

    /**
     * Layout of packed conversations that each start at {@code past} positions.
     *
     * @param keep the rows that the last block goes on with
     */
    BatchRows rows(Arena arena, int[] lengths, int[] past, NDArray keep) {
        int total = 0;
        long[] wide = new long[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            wide[i] = lengths[i];
            total += lengths[i];
        }
        int[] positions = new int[total];
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            for (int j = 0; j < lengths[i]; j++) {
                positions[at++] = past[i] + j;
            }
        }
        NDArray[] angles = rope.at(arena, positions);
        return new BatchRows(laid(arena, angles, wide, none), laid(arena, angles, wide, keep));
    }

    private static Structure laid(Arena arena, NDArray[] angles, long[] lengths, NDArray keep) {
        return Kernels.get().structure(arena, "rows", angles[0], angles[1], lengths, keep);
    }

    /** [rows, hidden]: embeddings of ids with image features at their places. */
    NDArray embed(Arena arena, NDArray ids, NDArray features, NDArray places) {
        return Kernels.get().one(arena, "embed", table.block(), ids, features, places);
    }

    /** Whether a backward pass has anything to gather at the embeddings. */
    boolean embeddingLearns() {
        return table.learns();
    }

    /** Adds the gradient of the table's adapter; that of the image features, without entries where there are none. */
    NDArray embedBackward(Arena arena, NDArray dx, NDArray ids, NDArray places) {
        return Kernels.get().one(arena, "embed_back", dx, ids, places, table.block());
    }

    /** x [rows, hidden] through all blocks to [kept rows, hidden]. */
    NDArray forward(Arena arena, NDArray x, BatchRows rows, long seed, Tape tape) {
        return blocks.forward(arena, x, rows, tape, seed);
    }

    /** Back through the blocks; the gradient of the embeddings where {@code need} says so. */
    NDArray backward(Arena arena, NDArray dy, BatchRows rows, long seed, Tape tape, boolean need) {
        return blocks.backward(arena, dy, rows, tape, seed, need);
    }

    /** [losses, dx]: negative log-likelihood of every target, and the gradient of {@code scale} times their sum. */
    NDArray[] losses(Arena arena, NDArray x, NDArray targets, double scale, boolean train) {
        long rows = Math.max(1, LOGITS / config.vocabulary());
        return Kernels.get().call(arena, "head", x, head.block(), targets, config.epsilon(), scale, rows, train);
    }

    /** Logits [rows, vocabulary] after one more stretch of every conversation in the cache. */
    NDArray step(Arena arena, NDArray x, BatchRows rows, KeyValueCache cache) {
        NDArray y = x;
        for (int i = 0; i < layers.size(); i++) {
            y = Kernels.get()
                    .one(
                            arena,
                            "decoder_step",
                            y,
                            layers.get(i).tensors().block(),
                            config.shape(),
                            config.epsilon(),
                            i == layers.size() - 1 ? rows.kept() : rows.all(),
                            cache.past(),
                            cache.block(i));
        }
        return Kernels.get().one(arena, "logits", y, head.block(), config.epsilon());
    }
}
