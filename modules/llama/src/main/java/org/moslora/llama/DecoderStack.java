package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LinearStack;
import org.moslora.layers.Plain;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;

/** The decoder's parts in a row: embedding table, blocks, final norm and head. */
final class DecoderStack {
    /** Entries of the logits that stand in memory at a time. */
    private static final long LOGITS = 4L << 20;

    private final TextConfig config;
    private final Linear embedding;
    private final NDArray none;
    private final List<Plain> ends;
    private final List<Linear> tied;
    private final List<DecoderBlock> blocks = new ArrayList<>();
    private final RopeTable rope;
    private @Nullable LinearStack table;
    private @Nullable LinearStack head;

    DecoderStack(Parts parts, TextConfig config, TextNames names) {
        this.config = config;
        this.none = parts.none();
        this.embedding = parts.embedding(names.table());
        Plain norm = parts.tensor(names.finalNorm());
        this.ends = config.tied() ? List.of(norm) : List.of(norm, parts.tensor(TextNames.HEAD));
        this.tied = config.tied() ? List.of(embedding) : List.of();
        this.rope = new RopeTable(parts.arena(), parts.compute(), config);
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(new DecoderBlock(parts, config, names.block(i)));
        }
    }

    /** Layout of packed conversations that each start at {@code past} positions. */
    Rows rows(Arena arena, int[] lengths, int[] past, NDArray keep) {
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
        return new Rows(wide, angles[0], angles[1], keep);
    }

    /** [rows, hidden]: embeddings of ids with image features at their places. */
    NDArray embed(Arena arena, NDArray ids, NDArray features, NDArray places) {
        return Kernels.get().one(arena, "embed", table().weights(), table().adapters(), ids, features, places);
    }

    /** Whether a backward pass has anything to gather at the embeddings. */
    boolean embeddingLearns() {
        return embedding.learns();
    }

    /** Adds the gradient of the table's adapter; that of the image features, without entries where there are none. */
    NDArray embedBackward(Arena arena, NDArray dx, NDArray ids, NDArray places) {
        LinearStack own = table();
        return Kernels.get()
                .one(
                        arena,
                        "embed_back",
                        dx,
                        ids,
                        places,
                        own.weightGradients(),
                        own.adapters(),
                        own.adapterGradients());
    }

    private LinearStack table() {
        LinearStack made = LinearStack.current(table, List.of(), List.of(embedding), none);
        table = made;
        return made;
    }

    /** x [rows, hidden] through all blocks to [kept rows, hidden]. */
    NDArray forward(Arena arena, NDArray x, Rows rows, long seed, Tape tape) {
        Rows inner = new Rows(rows.lengths(), rows.cos(), rows.sin(), none);
        for (int i = 0; i < blocks.size(); i++) {
            NDArray y = blocks.get(i).forward(arena, x, isLast(i) ? rows : inner, Seeds.mix(seed, i), tape);
            if (!tape.keeps()) {
                x.close();
            }
            x = y;
        }
        return x;
    }

    /** Back through the blocks; the gradient of the embeddings where {@code need} says so. */
    NDArray backward(Arena arena, NDArray dy, Rows rows, long seed, Tape tape, boolean need) {
        Rows inner = new Rows(rows.lengths(), rows.cos(), rows.sin(), none);
        int lowest = need ? 0 : lowest();
        for (int i = blocks.size() - 1; i >= lowest; i--) {
            boolean below = need || i > lowest;
            dy = blocks.get(i).backward(arena, dy, isLast(i) ? rows : inner, Seeds.mix(seed, i), tape, below);
        }
        return dy;
    }

    /** [losses, dx]: negative log-likelihood of every target, and the gradient of {@code scale} times their sum. */
    NDArray[] losses(Arena arena, NDArray x, NDArray targets, double scale, boolean train) {
        long rows = Math.max(1, LOGITS / config.vocabulary());
        LinearStack own = head();
        return Kernels.get()
                .call(
                        arena,
                        "head",
                        x,
                        own.weights(),
                        own.weightGradients(),
                        targets,
                        config.epsilon(),
                        scale,
                        rows,
                        train);
    }

    /** Final norm and head, which may be the embedding table. */
    private LinearStack head() {
        LinearStack made = LinearStack.current(head, ends, tied, none);
        head = made;
        return made;
    }

    /** Logits [rows, vocabulary] after one more stretch of every conversation in the cache. */
    NDArray step(Arena arena, NDArray x, Rows rows, KeyValueCache cache) {
        Rows inner = new Rows(rows.lengths(), rows.cos(), rows.sin(), none);
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).step(arena, x, isLast(i) ? rows : inner, cache.past(), cache.block(i));
        }
        return Kernels.get().one(arena, "logits", x, head().weights(), config.epsilon());
    }

    private boolean isLast(int block) {
        return block == blocks.size() - 1;
    }

    private int lowest() {
        int lowest = 0;
        while (lowest < blocks.size() && !blocks.get(lowest).learns()) {
            lowest++;
        }
        return lowest;
    }
}
