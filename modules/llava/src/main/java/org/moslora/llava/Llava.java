package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.llama.Backbone;
import org.moslora.llama.ImageEmbeddings;
import org.moslora.llama.KeyValueCache;
import org.moslora.llama.LanguageModel;
import org.moslora.llama.Pass;

/** The model: a vision tower, a projector and a language model, ready to run. */
public final class Llava implements Backbone {
    private static final int VISION_SEED = 1 << 20;
    private static final int PROJECTOR_SEED = 1 << 21;

    private final LlavaConfig config;
    private final ModelBuilder builder;
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
        this.builder = ModelBuilder.open("", folder.weights(), linears, compute);
        this.tower = new VisionTower(
                builder, LlavaNames.VISION, config.vision(), config.featureLayers(), config.skipsClassToken());
        this.projector = new Projector(builder, config);
        this.text = new LanguageModel(builder, config.text(), LlavaNames.TEXT);
        this.memory = new FeatureMemory(builder.arena(), compute);
    }

    /** What the folder's config says. */
    public LlavaConfig config() {
        return config;
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    @Override
    public Pass forward(Arena arena, Batch batch, long keep, long seed) {
        return forward(arena, batch, Tape.of(keep), keep, seed);
    }

    @Override
    public Pass look(Arena arena, Batch batch) {
        return forward(arena, batch, Tape.none(), 0, 0);
    }

    private Pass forward(Arena arena, Batch batch, Tape tape, long keep, long seed) {
        ImageEmbeddings pictures = batch.pixels().isEmpty()
                ? ImageEmbeddings.nothing(arena)
                : pictures(arena, batch, tape.keeps(), keep, seed);
        return text.forward(arena, batch, pictures, tape, seed);
    }

    /** Pictures through tower and projector, and the way back where something of it learns. */
    private ImageEmbeddings pictures(Arena arena, Batch batch, boolean train, long keep, long seed) {
        if (!tower.learns()) {
            return projected(arena, batch, frozenFeatures(arena, batch), seed, (step, dy) -> {});
        }
        Tape tape = train ? Tape.of(keep) : Tape.none();
        NDArray pixels = pixels(arena, batch.pixels());
        long towerSeed = Seeds.mix(seed, VISION_SEED);
        NDArray features = tower.forward(arena, pixels, towerSeed, tape);
        return projected(arena, batch, features, seed, (step, dy) -> tower.backward(step, dy, pixels, towerSeed, tape));
    }

    /** @param below goes on with the gradient of the features, which has no entries where the tower is frozen */
    private ImageEmbeddings projected(
            Arena arena, Batch batch, NDArray features, long seed, ImageEmbeddings.Origin below) {
        NDArray[] made = projector.forward(arena, features, Seeds.mix(seed, PROJECTOR_SEED));
        List<NDArray> saved = Arrays.asList(made).subList(1, made.length);
        ImageEmbeddings.Origin origin = (step, dy) -> below.backward(
                step, projector.backward(step, dy, features, saved, Seeds.mix(seed, PROJECTOR_SEED), tower.learns()));
        boolean learns = projector.learns() || tower.learns();
        return new ImageEmbeddings(made[0], arena.longs(batch.imagePositions()), learns ? origin : null);
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

    @Override
    public float[] losses(Arena arena, Pass pass) {
        return text.losses(arena, pass);
    }

    @Override
    public float[] backward(Arena arena, Pass pass, double scale) {
        return text.backward(arena, pass, scale);
    }

    @Override
    public KeyValueCache cache(int conversations, int room) {
        return text.cache(step(), compute(), conversations, room);
    }

    @Override
    public NDArray step(Arena arena, int[] ids, int[] lengths, List<float[]> pictures, KeyValueCache cache) {
        ImageEmbeddings inserted = pictures.isEmpty()
                ? ImageEmbeddings.nothing(arena)
                : new ImageEmbeddings(embeddings(arena, pictures), arena.longs(positions(ids)), null);
        return text.step(arena, ids, lengths, inserted, cache);
    }

    /** Features of pictures as the projector receives them, [pictures · image tokens, width · layers]. */
    public NDArray features(Arena arena, List<float[]> pictures) {
        return tower.forward(arena, pixels(arena, pictures), 0, Tape.none());
    }

    /** Embeddings of pictures, [pictures · image tokens, hidden]. */
    public NDArray embeddings(Arena arena, List<float[]> pictures) {
        return projector.forward(arena, features(arena, pictures), 0)[0];
    }

    private int[] positions(int[] ids) {
        return IntStream.range(0, ids.length)
                .filter(i -> ids[i] == config.imageToken())
                .toArray();
    }

    private NDArray pixels(Arena arena, List<float[]> pictures) {
        long side = config.vision().imageSize();
        return arena.stacked(pictures, pictures.size(), 3, side, side);
    }
}
