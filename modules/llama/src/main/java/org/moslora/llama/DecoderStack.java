package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Seeds;
import org.moslora.layers.Structure;
import org.moslora.layers.Tape;
import org.moslora.layers.block.Block;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.ModelBuilder;

/** The decoder's parts in a row: embedding table, blocks, final norm and head. */
final class DecoderStack {
    /** Entries of the logits that stand in memory at a time. */
    private static final long LOGITS = 4L << 20;

    private final LanguageModelConfig config;
    private final NDArray none;
    private final List<Rope> kinds;
    private final List<RopeTable> ropes;
    private final BlockTensors table;
    private final BlockTensors head;
    private final List<KernelBlock<BatchRows>> layers = new ArrayList<>();
    private final List<Structure> shapes = new ArrayList<>();
    private final BlockList<BatchRows> blocks;

    DecoderStack(ModelBuilder builder, LanguageModelConfig config, LlamaNames names) {
        this.config = config;
        this.none = builder.none();
        this.kinds = config.parts().spans().stream()
                .map(AttentionSpan::rope)
                .distinct()
                .toList();
        this.ropes = kinds.stream()
                .map(rope -> new RopeTable(builder.arena(), builder.compute(), rope, config))
                .toList();
        Linear embedding = builder.embedding(names.table());
        this.table = builder.tensors(List.of(), embedding);
        OtherTensor norm = builder.tensor(names.finalNorm());
        this.head = config.tied()
                ? builder.tensors(List.of(norm), embedding)
                : builder.tensors(List.of(norm, builder.tensor(LlamaNames.HEAD)));
        for (int i = 0; i < config.layers(); i++) {
            int number = i;
            Structure settings = settings(builder.arena(), i);
            shapes.add(settings);
            layers.add(builder.block(
                    "decoder",
                    layer(builder, names, i),
                    List.of(settings),
                    (rows, x) -> List.of(laidFor(number, rows))));
        }
        this.blocks =
                new BlockList<>(withAdditions(builder.compute().precision().bytes()), Seeds::mix);
    }

    private List<Block<BatchRows>> withAdditions(int bytes) {
        List<Block<BatchRows>> all = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            all.add(layers.get(i));
            if (i < config.parts().additions()) {
                all.add(new AdditionBlock(i, isLast(i), none, bytes));
            }
        }
        return all;
    }

    private boolean isLast(int layer) {
        return layer == config.layers() - 1;
    }

    private Structure settings(Arena arena, int layer) {
        DecoderParts parts = config.parts();
        return Kernels.get()
                .structure(
                        arena,
                        "layer",
                        config.heads(),
                        config.keyValueHeads(),
                        config.headWidth(),
                        config.epsilon(),
                        parts.normOffset(),
                        parts.spans().get(layer).window(),
                        parts.scoreScale(),
                        parts.activation());
    }

    /** The rows as a layer needs them: by its rotary positions, and in the last one only those that somebody looks at. */
    private Structure laidFor(int layer, BatchRows rows) {
        int rope = kinds.indexOf(config.parts().spans().get(layer).rope());
        return (isLast(layer) ? rows.kept() : rows.all()).get(rope);
    }

    private BlockTensors layer(ModelBuilder builder, LlamaNames names, int layer) {
        String path = names.block(layer);
        List<OtherTensor> norms = new ArrayList<>();
        for (LlamaNames.Norm norm : LlamaNames.Norm.values()) {
            String name = names.norm(layer, norm, config);
            norms.add(name == null ? builder.absent() : builder.tensor(name));
        }
        return builder.tensors(
                norms,
                builder.linear(path + "self_attn.q_proj"),
                builder.linear(path + "self_attn.k_proj"),
                builder.linear(path + "self_attn.v_proj"),
                builder.linear(path + "self_attn.o_proj"),
                builder.linear(path + "mlp.gate_proj"),
                builder.linear(path + "mlp.up_proj"),
                builder.linear(path + "mlp.down_proj"));
    }

    /**
     * Layout of packed conversations.
     *
     * @param keep the rows that the last block goes on with; all without entries
     */
    BatchRows rows(Arena arena, int[] lengths, RowPositions positions, NDArray keep, PictureAdditions additions) {
        long[] wide = Arrays.stream(lengths).asLongStream().toArray();
        List<Structure> all = new ArrayList<>();
        List<Structure> kept = new ArrayList<>();
        for (RopeTable rope : ropes) {
            NDArray[] angles = rope.at(arena, positions);
            all.add(laid(arena, angles, wide, none));
            kept.add(laid(arena, angles, wide, keep));
        }
        return new BatchRows(all, kept, keep, additions);
    }

    private static Structure laid(Arena arena, NDArray[] angles, long[] lengths, NDArray keep) {
        return Kernels.get().structure(arena, "rows", angles[0], angles[1], lengths, keep);
    }

    /** [rows, hidden]: embeddings of ids with image features at their places. */
    NDArray embed(Arena arena, NDArray ids, NDArray features, NDArray places) {
        return Kernels.get()
                .one(
                        arena,
                        "embed",
                        table.block(),
                        ids,
                        features,
                        places,
                        config.parts().embeddingScale());
    }

    /** Whether a backward pass has anything to gather at the embeddings. */
    boolean embeddingLearns() {
        return table.learns();
    }

    /** Adds the gradient of the table's adapter; that of the image features, without entries where there are none. */
    NDArray embedBackward(Arena arena, NDArray dx, NDArray ids, NDArray places) {
        return Kernels.get()
                .one(
                        arena,
                        "embed_back",
                        dx,
                        ids,
                        places,
                        table.block(),
                        config.parts().embeddingScale());
    }

    /** x [rows, hidden] through all blocks to [kept rows, hidden]. */
    NDArray forward(Arena arena, NDArray x, BatchRows rows, long seed, Tape tape) {
        return blocks.forward(arena, x, rows, tape, seed);
    }

    /** x [rows, hidden] through the first blocks, without a way back: the states after so many of them, in this order. */
    List<NDArray> states(Arena arena, NDArray x, BatchRows rows, List<Integer> after) {
        int count = after.stream().mapToInt(Integer::intValue).max().orElse(0);
        NDArray[] states = new NDArray[count + 1];
        blocks.forward(arena, x, count, rows, Tape.none(), 0, (i, state) -> {
            states[i] = state;
            return after.contains(i);
        });
        return after.stream().map(i -> states[i]).toList();
    }

    /** The same of one text of which only the first rows are its own; see {@link LanguageModel#filledStates}. */
    List<NDArray> filledStates(Arena arena, NDArray x, BatchRows rows, int own, List<Integer> after) {
        int count = after.stream().mapToInt(Integer::intValue).max().orElse(0);
        NDArray[] states = new NDArray[count + 1];
        states[0] = x;
        for (int i = 0; i < count; i++) {
            states[i + 1] = Kernels.get()
                    .one(
                            arena,
                            "decoder_filled",
                            states[i],
                            layers.get(i).tensors().block(),
                            shapes.get(i),
                            laidFor(i, rows),
                            own);
            if (!after.contains(i)) {
                states[i].close();
            }
        }
        return after.stream().map(i -> states[i]).toList();
    }

    /** Back through the blocks; the gradient of the embeddings where {@code need} says so. */
    NDArray backward(Arena arena, NDArray dy, BatchRows rows, long seed, Tape tape, boolean need) {
        return blocks.backward(arena, dy, rows, tape, seed, need);
    }

    /** [losses, dx]: negative log-likelihood of every target, and the gradient of {@code scale} times their sum. */
    NDArray[] losses(Arena arena, NDArray x, NDArray targets, double scale, boolean train) {
        long rows = Math.max(1, LOGITS / config.vocabulary());
        double offset = config.parts().normOffset();
        return Kernels.get()
                .call(arena, "head", x, head.block(), targets, config.epsilon(), offset, scale, rows, train);
    }

    /**
     * Embeddings as {@link #embed} takes them, and what is added behind the first layers: parts of their columns.
     *
     * @param inserted [m, hidden · (1 + additions)]
     */
    Inserted inserted(Arena arena, NDArray inserted, NDArray places) {
        int additions = config.parts().additions();
        if (additions == 0 || inserted.size() == 0) {
            return new Inserted(inserted, PictureAdditions.none(arena));
        }
        List<NDArray> parts = List.of(Kernels.get().call(arena, "column_parts", inserted, 1 + additions));
        return new Inserted(
                parts.get(0), new PictureAdditions(places, parts.subList(1, parts.size()), new ArrayList<>()));
    }

    /** Embeddings of pictures, and what is added to their rows later. */
    record Inserted(NDArray embeddings, PictureAdditions additions) {}

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
                            shapes.get(i),
                            laidFor(i, rows),
                            cache.past(),
                            cache.block(i));
            if (i < config.parts().additions()) {
                y = rows.additions().to(arena, y, i, isLast(i) ? rows.keep() : none);
            }
        }
        double offset = config.parts().normOffset();
        return Kernels.get().one(arena, "logits", y, head.block(), config.epsilon(), offset);
    }
}
