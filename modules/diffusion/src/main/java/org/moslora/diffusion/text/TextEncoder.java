package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.ClipLayers;
import org.moslora.layers.block.Model;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.WeightSource;

/**
 * A text encoder, ready to run. Texts are token ids, all of one length, with nothing masked but what comes later
 * (padding is attended to, as the models were trained). Used by one thread; owns its weights.
 */
public final class TextEncoder implements Model {
    private static final int END_SEED = 1 << 20;

    private final ClipTextConfig config;
    private final ModelBuilder builder;
    private final TextStart start;
    private final BlockList<long[]> blocks;
    private final TextEnd end;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param component what the paths of its linears begin with, such as {@code text_encoder.}
     * @param weights every tensor of {@link ClipTextNames#expected}
     * @param linears sees every linear as it is made
     */
    public TextEncoder(
            String component, ClipTextConfig config, WeightSource weights, Linears linears, Compute compute) {
        this.config = config;
        this.builder = ModelBuilder.open(component, weights, linears, compute);
        this.start = new TextStart(builder);
        this.blocks = new ClipLayers(ClipTextNames.LAYERS, config.heads(), config.epsilon(), config.activation(), true)
                .build(builder, config.layers());
        this.end = new TextEnd(builder, config);
    }

    /** What the config says. */
    public ClipTextConfig config() {
        return config;
    }

    @Override
    public ModelBuilder builder() {
        return builder;
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
        int lowest = embeds ? 0 : blocks.lowest();
        int ran = pass.request.pooled() ? blocks.size() : blocks.size() - pass.request.skipped();
        NDArray dy = pooled == null
                ? null
                : end.pooledBackward(
                        step, pooled, pass.last, pass.ends, Seeds.mix(pass.seed, END_SEED), embeds || lowest < ran);
        int chosen = blocks.size() - pass.request.skipped();
        // Before any block lets go of its input, which the chosen states may be.
        NDArray own = pass.request.normed() ? end.normedBackward(step, states, pass.chosen) : states;
        NDArray gradient = blocks.backward(
                step,
                ran,
                dy,
                lowest,
                pass.lengths,
                pass.tape,
                pass.seed,
                embeds,
                state -> state == chosen ? List.of(own) : List.of());
        if (embeds) {
            start.backward(step, Objects.requireNonNull(gradient), pass.ids);
        }
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
        List<NDArray> chosen = new ArrayList<>();
        int ran = request.pooled() ? blocks.size() : chosenAt;
        NDArray last =
                blocks.forward(step, x, ran, lengths, tape, seed, (i, state) -> i == chosenAt && chosen.add(state));
        NDArray ends = step.longs(ends(texts));
        NDArray pooled = request.pooled() ? end.pooled(step, last, ends, Seeds.mix(seed, END_SEED)) : null;
        NDArray states = request.normed() ? end.normed(step, chosen.get(0)) : chosen.get(0);
        return new TextPass(request, tape, ids, lengths, ends, seed, chosen.get(0), last, states, pooled);
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
                throw new InvalidInput(
                        "tokenizer",
                        "makes the id " + id + ", and the embedding table of the text encoder has "
                                + config.vocabulary() + " rows; is the tokenizer another model's?");
            }
        }
        return flat;
    }

    /** Row of each text's end: the first of the end tokens, or of the highest id. */
    private long[] ends(List<int[]> texts) {
        long[] ends = new long[texts.size()];
        for (int i = 0; i < ends.length; i++) {
            int[] ids = texts.get(i);
            int wanted = config.endToken() == ClipTextConfig.HIGHEST
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
}
