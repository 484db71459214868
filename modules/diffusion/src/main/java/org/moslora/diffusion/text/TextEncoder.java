package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;
import org.moslora.tensors.WeightSource;

/**
 * A text encoder, ready to run. Texts are token ids, all of one length, with nothing masked but what comes later
 * (padding is attended to, as the models were trained). Used by one thread; owns its weights.
 */
public final class TextEncoder implements AutoCloseable {
    private static final int END_SEED = 1 << 20;

    private final TextConfig config;
    private final Compute compute;
    private final Arena arena;
    private final Parts parts;
    private final TextStart start;
    private final List<TextBlock> blocks = new ArrayList<>();
    private final TextEnd end;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param component what the paths of its linears begin with, such as {@code text_encoder.}
     * @param weights every tensor of {@link TextNames#expected}
     * @param linears sees every linear as it is made
     */
    public TextEncoder(String component, TextConfig config, WeightSource weights, Linears linears, Compute compute) {
        this.config = config;
        this.compute = compute;
        this.arena = Arena.open(compute);
        this.parts = new Parts(component, weights, linears, arena, compute);
        this.start = new TextStart(parts);
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(new TextBlock(parts, config, i));
        }
        this.end = new TextEnd(parts, config);
    }

    /** What the config says. */
    public TextConfig config() {
        return config;
    }

    /** Where and how it computes. */
    public Compute compute() {
        return compute;
    }

    /** An arena for one step, closed with the model at the latest. */
    public Arena step() {
        return arena.child();
    }

    /** The arena of whatever lives as long as the model. */
    public Arena arena() {
        return arena;
    }

    /**
     * Encodes texts, keeping nothing for a backward pass.
     *
     * @param texts token ids, all of one length
     */
    public TextPass encode(Arena step, List<int[]> texts, TextRequest request) {
        return run(step, texts, request, Tape.none(), 0);
    }

    /**
     * Encodes texts for training.
     *
     * @param step owns everything that is made
     * @param texts token ids, all of one length
     * @param keep bytes that the insides of blocks may take until the backward pass; others are computed again
     * @param seed of this pass's dropout masks
     */
    public TextPass forward(Arena step, List<int[]> texts, TextRequest request, long keep, long seed) {
        return run(step, texts, request, Tape.of(keep), seed);
    }

    /**
     * Adds the gradients of everything that learns; each pass can go back once.
     *
     * @param states gradient of {@link TextPass#states}
     * @param pooled gradient of {@link TextPass#pooled}; null where there is none
     */
    public void backward(Arena step, TextPass pass, NDArray states, @Nullable NDArray pooled) {
        boolean embeds = start.learns();
        int lowest = embeds ? 0 : lowest();
        int ran = pass.request.pooled() ? blocks.size() : blocks.size() - pass.request.skipped();
        NDArray dy = pooled == null
                ? null
                : end.pooledBackward(
                        step, pooled, pass.last, pass.ends, Seeds.mix(pass.seed, END_SEED), embeds || lowest < ran);
        int chosen = blocks.size() - pass.request.skipped();
        // Before any block lets go of its input, which the chosen states may be.
        NDArray own = pass.request.normed() ? end.normedBackward(step, states, pass.chosen) : states;
        for (int i = ran; i > lowest; i--) {
            dy = i == chosen ? sum(step, dy, own) : dy;
            if (dy == null) {
                // Blocks above the chosen states, of which nothing was pooled that learns.
                pass.tape.take().close();
            } else {
                boolean need = embeds || i - 1 > lowest;
                dy = blocks.get(i - 1).backward(step, dy, pass.lengths, Seeds.mix(pass.seed, i - 1), pass.tape, need);
            }
        }
        if (embeds) {
            start.backward(step, dy == null || chosen == 0 ? sum(step, dy, own) : dy, pass.ids);
        }
    }

    private static NDArray sum(Arena step, @Nullable NDArray before, NDArray more) {
        return before == null ? more : Kernels.get().one(step, "added", before, more);
    }

    private TextPass run(Arena step, List<int[]> texts, TextRequest request, Tape tape, long seed) {
        int chosenAt = blocks.size() - request.skipped();
        if (chosenAt < 0) {
            throw new IllegalArgumentException(request.skipped() + " blocks cannot be left out of " + blocks.size()
                    + "; is the clip skip too high?");
        }
        int length = length(texts);
        long[] lengths = new long[texts.size()];
        Arrays.fill(lengths, length);
        NDArray ids = Kernels.get().one(step, "window", step.longs(flat(texts)), 0, new long[] {texts.size(), length});
        NDArray x = start.embedded(step, ids);
        NDArray chosen = x;
        int ran = request.pooled() ? blocks.size() : chosenAt;
        for (int i = 0; i < ran; i++) {
            NDArray y = blocks.get(i).forward(step, x, lengths, Seeds.mix(seed, i), tape);
            if (!tape.keeps() && i != chosenAt) {
                x.close();
            }
            x = y;
            if (i + 1 == chosenAt) {
                chosen = x;
            }
        }
        NDArray ends = step.longs(ends(texts));
        NDArray pooled = request.pooled() ? end.pooled(step, x, ends, Seeds.mix(seed, END_SEED)) : null;
        NDArray states = request.normed() ? end.normed(step, chosen) : chosen;
        return new TextPass(request, tape, ids, lengths, ends, seed, chosen, x, states, pooled);
    }

    private int length(List<int[]> texts) {
        int length = texts.get(0).length;
        if (length > config.positions() || texts.stream().anyMatch(ids -> ids.length != length)) {
            throw new IllegalArgumentException("texts are "
                    + texts.stream().map(ids -> ids.length).toList()
                    + " tokens long; they must be of one length and at most " + config.positions());
        }
        return length;
    }

    private int[] flat(List<int[]> texts) {
        int[] flat = texts.stream().flatMapToInt(Arrays::stream).toArray();
        for (int id : flat) {
            if (id < 0 || id >= config.vocabulary()) {
                throw new IllegalArgumentException("token id " + id + " is not among the encoder's "
                        + config.vocabulary() + "; is the tokenizer another model's?");
            }
        }
        return flat;
    }

    /** Row of each text's end: the first of the end tokens, or of the highest id. */
    private long[] ends(List<int[]> texts) {
        long[] ends = new long[texts.size()];
        for (int i = 0; i < ends.length; i++) {
            int[] ids = texts.get(i);
            int wanted = config.endToken() == TextConfig.HIGHEST
                    ? Arrays.stream(ids).max().orElse(0)
                    : config.endToken();
            int at = 0;
            while (at < ids.length && ids[at] != wanted) {
                at++;
            }
            // Where there is none, transformers pools at the first place.
            ends[i] = (long) i * ids.length + (at == ids.length ? 0 : at);
        }
        return ends;
    }

    private int lowest() {
        int lowest = 0;
        while (lowest < blocks.size() && !blocks.get(lowest).learns()) {
            lowest++;
        }
        return lowest;
    }

    @Override
    public void close() {
        parts.close();
        arena.close();
    }
}
