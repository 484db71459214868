package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;

/**
 * The model: a vision tower, a projector and a language model, ready to run. Conversations of a batch are packed one
 * after the other, so there is no padding to compute. Used by one thread; owns its weights.
 */
public final class Llava implements AutoCloseable {
    private static final int IGNORED = -100;
    private static final int VISION_SEED = 1 << 20;
    private static final int PROJECTOR_SEED = 1 << 21;

    private final LlavaConfig config;
    private final Compute compute;
    private final Arena arena;
    private final NDArray none;
    private final VisionTower tower;
    private final Projector projector;
    private final LanguageModel text;
    private final FeatureMemory memory;

    /**
     * Builds the model over a folder's weights, mapping them where it can.
     *
     * @param linears sees every linear layer as it is made
     */
    public Llava(LlavaFolder folder, Linears linears, Compute compute) {
        this.config = folder.config();
        this.compute = compute;
        this.arena = Arena.open(compute);
        this.none = arena.none();
        Parts parts = new Parts(new FrozenTensors(folder.weights(), arena, compute), linears, arena, compute, none);
        this.tower = new VisionTower(parts, config);
        this.projector = new Projector(parts, config);
        this.text = new LanguageModel(parts, config.text());
        this.memory = new FeatureMemory(arena, compute);
    }

    /** What the folder's config says. */
    public LlavaConfig config() {
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
     * Runs a micro-batch up to the hidden states of its supervised positions.
     *
     * @param arena the step's, owns everything that is made
     * @param keep bytes that the insides of blocks may take until the backward pass; others are computed again
     * @param seed of this pass's dropout masks
     */
    public Pass forward(Arena arena, Batch batch, long keep, long seed) {
        return forward(arena, batch, Tape.of(keep), keep, seed);
    }

    /** A pass without a backward pass, for {@link #losses} alone: keeps nothing of the way. */
    public Pass look(Arena arena, Batch batch) {
        return forward(arena, batch, Tape.none(), 0, 0);
    }

    private Pass forward(Arena arena, Batch batch, Tape tape, long keep, long seed) {
        NDArray ids = arena.longs(batch.ids());
        NDArray places = batch.imagePositions().length == 0 ? none : arena.longs(batch.imagePositions());
        Pass.@Nullable Pictures pictures = null;
        NDArray embeddings = none;
        if (!batch.pixels().isEmpty()) {
            Tape vision = tape.keeps() && tower.learns() ? Tape.of(keep) : Tape.none();
            NDArray features = tower.learns()
                    ? tower.forward(arena, pixels(arena, batch.pixels()), Seeds.mix(seed, VISION_SEED), vision)
                    : frozenFeatures(arena, batch);
            NDArray[] made = projector.forward(arena, features, Seeds.mix(seed, PROJECTOR_SEED));
            embeddings = made[0];
            pictures = new Pass.Pictures(batch.pixels().size(), vision, features, made[1]);
        }
        int[] supervised = supervised(batch.targets());
        Rows rows = text.rows(arena, batch.lengths(), new int[batch.lengths().length], arena.longs(supervised));
        NDArray x = text.embed(arena, ids, embeddings, places);
        NDArray y = text.forward(arena, x, rows, seed, tape);
        int[] aims = Arrays.stream(supervised).map(i -> batch.targets()[i]).toArray();
        return new Pass(rows, ids, places, arena.longs(aims), seed, tape, pictures, y);
    }

    /** Lets the model keep the features of pictures, as long as its tower is frozen, in so many bytes. */
    public void remember(long bytes) {
        memory.allow(tower.learns() ? 0 : bytes);
    }

    /** Whether a picture's features are kept, so that nobody needs its pixels; may be asked from any thread. */
    public boolean remembers(Path picture) {
        return memory.has(picture);
    }

    /**
     * One picture at a time, so that its features do not depend on what else is in the batch: a run that is resumed
     * and has nothing in memory yet computes the same.
     */
    private NDArray frozenFeatures(Arena arena, Batch batch) {
        List<NDArray> each = new ArrayList<>();
        for (int i = 0; i < batch.images().size(); i++) {
            Path picture = batch.images().get(i);
            NDArray known = memory.get(picture);
            if (known == null) {
                NDArray pixels = pixels(arena, List.of(batch.pixels().get(i)));
                known = memory.keep(picture, tower.forward(arena, pixels, 0, Tape.none()));
            }
            each.add(known);
        }
        return each.size() == 1 ? each.get(0) : Kernels.get().one(arena, "concatenated", each, 0);
    }

    /** Negative log-likelihood of every supervised token of a pass, in order. */
    public float[] losses(Arena arena, Pass pass) {
        return text.losses(arena, pass.output, pass.targets, 0, false)[0].toFloatArray();
    }

    /**
     * Adds the gradients of {@code scale} times the sum of all losses to those of the trained tensors.
     *
     * @return the losses, as {@link #losses}
     */
    public float[] backward(Arena arena, Pass pass, double scale) {
        NDArray[] head = text.losses(arena, pass.output, pass.targets, scale, true);
        Pass.@Nullable Pictures pictures = pass.pictures;
        boolean below = pictures != null && (projector.learns() || tower.learns());
        NDArray dx = text.backward(arena, head[1], pass.rows, pass.seed, pass.text, below);
        if (pictures != null && below) {
            NDArray dy = text.embedBackward(arena, dx, pass.ids, pass.places);
            long seed = Seeds.mix(pass.seed, PROJECTOR_SEED);
            NDArray features =
                    projector.backward(arena, dy, pictures.features(), pictures.inner(), seed, tower.learns());
            if (tower.learns()) {
                seed = Seeds.mix(pass.seed, VISION_SEED);
                tower.backward(arena, features, pictures.count(), seed, pictures.tape());
            }
        }
        return head[0].toFloatArray();
    }

    /** A cache for so many conversations of at most {@code room} positions. */
    public KeyValueCache cache(int conversations, int room) {
        return new KeyValueCache(arena.child(), compute, config.text(), conversations, room);
    }

    /**
     * Continues every conversation of a cache.
     *
     * @param ids the new ids of all conversations, one after the other, image tokens widened
     * @param lengths new ids of each, at least 1
     * @param pictures pixels of the new image tokens, in order
     * @return logits [conversations, vocabulary] of each one's last position
     */
    public NDArray step(Arena arena, int[] ids, int[] lengths, List<float[]> pictures, KeyValueCache cache) {
        NDArray embeddings = pictures.isEmpty() ? none : embeddings(arena, pictures);
        int[] past = new int[lengths.length];
        long[] last = new long[lengths.length];
        int end = 0;
        for (int i = 0; i < lengths.length; i++) {
            past[i] = cache.length(i);
            end += lengths[i];
            last[i] = end - 1L;
        }
        int[] places = positions(ids, pictures.isEmpty());
        NDArray x = text.embed(arena, arena.longs(ids), embeddings, places.length == 0 ? none : arena.longs(places));
        NDArray logits = text.step(arena, x, text.rows(arena, lengths, past, arena.longs(last)), cache);
        cache.advance(lengths);
        return logits;
    }

    /** Features of pictures as the projector receives them, [pictures · image tokens, width · layers]. */
    public NDArray features(Arena arena, List<float[]> pictures) {
        return tower.forward(arena, pixels(arena, pictures), 0, Tape.none());
    }

    /** Embeddings of pictures, [pictures · image tokens, hidden]. */
    public NDArray embeddings(Arena arena, List<float[]> pictures) {
        return projector.forward(arena, features(arena, pictures), 0)[0];
    }

    private int[] positions(int[] ids, boolean none) {
        if (none) {
            return new int[0];
        }
        int[] found = new int[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == config.imageToken()) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private NDArray pixels(Arena arena, List<float[]> pictures) {
        int each = pictures.get(0).length;
        float[] all = new float[each * pictures.size()];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(pictures.get(i), 0, all, i * each, each);
        }
        long side = config.vision().imageSize();
        return arena.floats(all, pictures.size(), 3, side, side);
    }

    private static int[] supervised(int[] targets) {
        int[] found = new int[targets.length];
        int count = 0;
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] != IGNORED) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    @Override
    public void close() {
        arena.close();
    }
}
