package org.moslora.multimodal;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.moslora.examples.Batch;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.ShownPicture;
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
import org.moslora.llama.RowPositions;
import org.moslora.problems.InvalidInput;

/** The model: a vision tower, a connector and a language model of whatever family, ready to run. */
public final class MultimodalModel implements Backbone {
    private static final int VISION_SEED = 1 << 20;
    private static final int PROJECTOR_SEED = 1 << 21;

    private final MultimodalConfig config;
    private final ModelBuilder builder;
    private final PictureTower tower;
    private final Connector connector;
    private final LanguageModel text;
    private final FeatureMemory memory;

    /**
     * Builds the model over a folder's weights, mapping them where it can.
     *
     * @param linears sees every linear layer as it is made
     */
    public MultimodalModel(MultimodalFolder<?> folder, Linears linears, Compute compute) {
        this.config = folder.config();
        this.builder = ModelBuilder.open("", folder.weights(), linears, compute);
        this.tower = config.tower(builder);
        this.connector = config.connector(builder);
        this.text = new LanguageModel(builder, config.text(), config.names());
        this.memory = new FeatureMemory(builder.arena(), compute);
    }

    /** What the folder's config says. */
    public MultimodalConfig config() {
        return config;
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    @Override
    public LanguageModel text() {
        return text;
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
        RowPositions positions =
                config.positions(batch.ids(), batch.lengths(), shown(batch), new int[batch.lengths().length]);
        return text.forward(arena, batch, positions, pictures, tape, seed);
    }

    /** The pictures of a batch with their sizes, those whose pixels nobody needed too. */
    private List<PictureInput> shown(Batch batch) {
        return IntStream.range(0, batch.pixels().size())
                .mapToObj(i -> {
                    FeatureMemory.Kept known = memory.get(batch.images().get(i));
                    return known == null ? batch.pixels().get(i) : known.picture();
                })
                .toList();
    }

    /** Pictures through tower and connector, and the way back where something of it learns. */
    private ImageEmbeddings pictures(Arena arena, Batch batch, boolean train, long keep, long seed) {
        if (!tower.learns()) {
            List<FeatureMemory.Kept> known = frozenFeatures(arena, batch);
            List<NDArray> each =
                    known.stream().map(FeatureMemory.Kept::features).toList();
            List<PictureInput> bare =
                    known.stream().map(FeatureMemory.Kept::picture).toList();
            return connected(arena, batch, Kernels.get().joined(arena, each, 0), bare, seed, (step, dy) -> {});
        }
        Tape tape = train ? Tape.of(keep) : Tape.none();
        NDArray pixels = tower.pixels(arena, batch.pixels());
        long towerSeed = Seeds.mix(seed, VISION_SEED);
        NDArray features = tower.forward(arena, pixels, batch.pixels(), towerSeed, tape);
        return connected(
                arena,
                batch,
                features,
                batch.pixels(),
                seed,
                (step, dy) -> tower.backward(step, dy, pixels, batch.pixels(), towerSeed, tape));
    }

    /** @param below goes on with the gradient of the features, which has no entries where the tower is frozen */
    private ImageEmbeddings connected(
            Arena arena,
            Batch batch,
            NDArray features,
            List<PictureInput> pictures,
            long seed,
            ImageEmbeddings.Origin below) {
        long own = Seeds.mix(seed, PROJECTOR_SEED);
        Connected made = connector.forward(arena, features, pictures, own);
        mustFit(batch.conversations(), made, batch.imagePositions().length);
        ImageEmbeddings.Origin origin = (step, dy) ->
                below.backward(step, connector.backward(step, dy, features, made, pictures, own, tower.learns()));
        boolean learns = connector.learns() || tower.learns();
        return new ImageEmbeddings(made.embeddings(), arena.longs(batch.imagePositions()), learns ? origin : null);
    }

    private static void mustFit(List<String> rows, Connected made, int places) {
        long features = made.embeddings().getShape().get(0);
        if (features != places) {
            throw new InvalidInput(
                    "conversations " + rows,
                    String.format(
                            "have %d features of pictures for %d image tokens, expected as many of both",
                            features, places));
        }
    }

    /** Lets the model keep the features of pictures, as long as its tower is frozen, in so many bytes. */
    public void remember(long bytes) {
        memory.allow(tower.learns() ? 0 : bytes);
    }

    /** Whether a picture's features are kept, so that nobody needs its pixels; may be asked from any thread. */
    public boolean remembers(ShownPicture picture) {
        return memory.has(picture);
    }

    /**
     * One picture at a time, so that its features do not depend on what else is in the batch: a run that is resumed
     * and has nothing in memory yet computes the same.
     */
    private List<FeatureMemory.Kept> frozenFeatures(Arena arena, Batch batch) {
        List<FeatureMemory.Kept> each = new ArrayList<>();
        Map<ShownPicture, FeatureMemory.Kept> here = new HashMap<>();
        for (int i = 0; i < batch.images().size(); i++) {
            ShownPicture picture = batch.images().get(i);
            FeatureMemory.Kept known = here.getOrDefault(picture, memory.get(picture));
            if (known == null) {
                PictureInput input = batch.pixels().get(i);
                known = memory.keep(picture, features(arena, List.of(input)), input);
            }
            here.put(picture, known);
            each.add(known);
        }
        return each;
    }

    @Override
    public NDArray step(Arena arena, int[] ids, int[] lengths, List<PictureInput> pictures, KeyValueCache cache) {
        if (pictures.isEmpty()) {
            RowPositions following = config.positions(ids, lengths, pictures, cache.next());
            return text.step(arena, ids, lengths, following, ImageEmbeddings.nothing(arena), cache);
        }
        int[] places = positions(ids);
        Connected made = connector.forward(arena, features(arena, pictures), pictures, 0);
        mustFit(List.of(), made, places.length);
        ImageEmbeddings embeddings = new ImageEmbeddings(made.embeddings(), arena.longs(places), null);
        RowPositions positions = config.positions(ids, lengths, pictures, cache.next());
        return text.step(arena, ids, lengths, positions, embeddings, cache);
    }

    /** Features of pictures as the connector receives them. */
    public NDArray features(Arena arena, List<PictureInput> pictures) {
        return tower.forward(arena, tower.pixels(arena, pictures), pictures, 0, Tape.none());
    }

    /** Embeddings of pictures, [image tokens, hidden]. */
    public NDArray embeddings(Arena arena, List<PictureInput> pictures) {
        return connector.forward(arena, features(arena, pictures), pictures, 0).embeddings();
    }

    private int[] positions(int[] ids) {
        return IntStream.range(0, ids.length)
                .filter(i -> ids[i] == config.imageToken())
                .toArray();
    }
}
