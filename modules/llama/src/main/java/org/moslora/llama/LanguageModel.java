package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.examples.Batch;
import org.moslora.examples.text.Encoded;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;

/** The decoder as a batch of conversations sees it: forward, losses, backward, and one more stretch of each. */
public final class LanguageModel {
    private final LanguageModelConfig config;
    private final DecoderStack stack;

    /**
     * Makes its parts.
     *
     * @param names what its tensors are called
     */
    public LanguageModel(ModelBuilder builder, LanguageModelConfig config, LlamaNames names) {
        this.config = config;
        this.stack = new DecoderStack(builder, config, names);
    }

    /**
     * Runs a micro-batch up to the hidden states of its supervised positions.
     *
     * @param tape keeps what the backward pass needs
     * @param seed of dropout masks
     */
    public Pass forward(Arena arena, Batch batch, ImageEmbeddings embeddings, Tape tape, long seed) {
        return forward(arena, batch, following(batch.lengths()), embeddings, tape, seed);
    }

    /**
     * The same with positions that do not count on.
     *
     * @param embeddings [m, hidden · (1 + additions)] of a decoder to which pictures are added later too
     */
    public Pass forward(
            Arena arena, Batch batch, RowPositions positions, ImageEmbeddings embeddings, Tape tape, long seed) {
        int[] supervised = IntStream.range(0, batch.targets().length)
                .filter(i -> batch.targets()[i] != Encoded.IGNORED)
                .toArray();
        int[] aims = Arrays.stream(supervised).map(i -> batch.targets()[i]).toArray();
        NDArray ids = arena.longs(batch.ids());
        DecoderStack.Inserted parts = stack.inserted(arena, embeddings.embeddings(), embeddings.places());
        BatchRows rows = stack.rows(arena, batch.lengths(), positions, arena.longs(supervised), parts.additions());
        NDArray x = stack.embed(arena, ids, parts.embeddings(), embeddings.places());
        NDArray y = stack.forward(arena, x, rows, seed, tape);
        return new Pass(rows, ids, embeddings, arena.longs(aims), seed, tape, y);
    }

    private static RowPositions following(int[] lengths) {
        return RowPositions.following(lengths, new int[lengths.length]);
    }

    /**
     * Hidden states of texts that are read and not continued, without the final norm.
     *
     * @param ids of all texts, one after the other
     * @param lengths ids of each
     * @param after of how many blocks the states are wanted; 0: the embeddings
     * @return of each, [all ids, hidden]
     */
    public List<NDArray> states(Arena arena, int[] ids, int[] lengths, List<Integer> after) {
        NDArray none = arena.none();
        NDArray x = stack.embed(arena, arena.longs(ids), none, none);
        return stack.states(
                arena, x, stack.rows(arena, lengths, following(lengths), none, PictureAdditions.none(arena)), after);
    }

    /**
     * Hidden states of one text that is filled up to a length, without the final norm. What fills it up stands behind it,
     * sees the text's own tokens and nothing else, and is returned, too.
     *
     * @param ids the text's own, then what fills it up
     * @param own how many are the text's own
     * @param after of how many blocks the states are wanted; 0: the embeddings
     * @return of each, [ids, hidden]
     */
    public List<NDArray> filledStates(Arena arena, int[] ids, int own, List<Integer> after) {
        NDArray none = arena.none();
        int[] lengths = {ids.length};
        NDArray x = stack.embed(arena, arena.longs(ids), none, none);
        BatchRows rows = stack.rows(arena, lengths, following(lengths), none, PictureAdditions.none(arena));
        return stack.filledStates(arena, x, rows, own, after);
    }

    /** Negative log-likelihood of every supervised token of a pass, in order. */
    public float[] losses(Arena arena, Pass pass) {
        return stack.losses(arena, pass.output, pass.targets, 0, false)[0].toFloatArray();
    }

    /** As {@link Backbone#backward}; goes on to where inserted embeddings come from. */
    public float[] backward(Arena arena, Pass pass, double scale) {
        return backward(arena, pass, stack.losses(arena, pass.output, pass.targets, scale, true));
    }

    /** As {@link Backbone#backward(Arena, Pass, float[])}. */
    public float[] backward(Arena arena, Pass pass, float[] weights) {
        List<NDArray> losses = new ArrayList<>();
        List<NDArray> gradients = new ArrayList<>();
        long width = config.hidden();
        for (int from = 0, to; from < weights.length; from = to) {
            to = from + 1;
            while (to < weights.length && weights[to] == weights[from]) {
                to++;
            }
            // A stretch of tokens of one weight, as those of an answer are.
            NDArray x = window(arena, pass.output, from * width, to - from, width);
            NDArray[] part = stack.losses(arena, x, window(arena, pass.targets, from, to - from), weights[from], true);
            losses.add(part[0]);
            gradients.add(part[1]);
        }
        return backward(arena, pass, new NDArray[] {joined(arena, losses), joined(arena, gradients)});
    }

    private static NDArray window(Arena arena, NDArray x, long start, long... shape) {
        return Kernels.get().one(arena, "window", x, start, shape);
    }

    private static NDArray joined(Arena arena, List<NDArray> parts) {
        return Kernels.get().one(arena, "concatenated", parts, 0);
    }

    /** @param head losses, and the gradient of what they are of */
    private float[] backward(Arena arena, Pass pass, NDArray[] head) {
        ImageEmbeddings.Origin origin = pass.embeddings.origin();
        boolean need = origin != null || stack.embeddingLearns();
        NDArray dx = stack.backward(arena, head[1], pass.rows, pass.seed, pass.tape, need);
        if (need) {
            NDArray features = stack.embedBackward(arena, dx, pass.ids, pass.embeddings.places());
            if (origin != null) {
                origin.backward(arena, pass.rows.additions().beside(arena, features));
            }
        }
        return head[0].toFloatArray();
    }

    /**
     * A cache for so many conversations of at most {@code room} positions.
     *
     * @param arena becomes the cache's own
     */
    public KeyValueCache cache(Arena arena, Compute compute, int conversations, int room) {
        return new KeyValueCache(arena, compute, config, conversations, room);
    }

    /** As {@link Backbone#step}, with embeddings instead of pictures. */
    public NDArray step(Arena arena, int[] ids, int[] lengths, ImageEmbeddings embeddings, KeyValueCache cache) {
        return step(arena, ids, lengths, RowPositions.following(lengths, cache.next()), embeddings, cache);
    }

    /** The same with positions that do not count on. */
    public NDArray step(
            Arena arena,
            int[] ids,
            int[] lengths,
            RowPositions positions,
            ImageEmbeddings embeddings,
            KeyValueCache cache) {
        long[] last = new long[lengths.length];
        int end = 0;
        for (int i = 0; i < lengths.length; i++) {
            end += lengths[i];
            last[i] = end - 1L;
        }
        DecoderStack.Inserted parts = stack.inserted(arena, embeddings.embeddings(), embeddings.places());
        NDArray x = stack.embed(arena, arena.longs(ids), parts.embeddings(), embeddings.places());
        BatchRows rows = stack.rows(arena, lengths, positions, arena.longs(last), parts.additions());
        NDArray logits = stack.step(arena, x, rows, cache);
        cache.advance(lengths, positions);
        return logits;
    }
}
