package org.moslora.llava.tiles;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ClipPreprocessing;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.image.PixelDefaults;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.ImageTags;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaNames;
import org.moslora.llava.Projector;
import org.moslora.llava.TileTower;
import org.moslora.multimodal.Connector;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.PictureTower;
import org.moslora.multimodal.TowerNumbers;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.keys.KeyMap;

/**
 * A LLaVA that sees pictures in tiles.
 *
 * @param family its {@code model_type}
 * @param base what it shares with LLaVA-1.5
 * @param grid how pictures are cut
 * @param severalWhole whether several pictures of a conversation are not cut
 * @param pixels what its image processor does where the folder is silent
 */
public record TiledConfig(String family, LlavaConfig base, TileGrid grid, boolean severalWhole, PixelDefaults pixels)
        implements MultimodalConfig {
    /** Name of what comes after every row of tiles. */
    public static final String NEWLINE = TiledKeys.NEWLINE;

    private static final ImageTags TAGS =
            new ImageTags(Conversation.IMAGE, Conversation.IMAGE, ImageTags.Place.LONE_FIRST);

    @Override
    public LanguageModelConfig text() {
        return base.text();
    }

    @Override
    public KeyMap keys() {
        return new TiledKeys();
    }

    @Override
    public SortedMap<String, List<Long>> expected() {
        SortedMap<String, List<Long>> expected = new TreeMap<>(base.expected());
        expected.put(TiledKeys.NEWLINE, List.of((long) text().hidden()));
        return expected;
    }

    @Override
    public List<String> linears() {
        return LlavaNames.linears(base);
    }

    @Override
    public int imageToken() {
        return base.imageToken();
    }

    @Override
    public ImageTags tags() {
        return TAGS;
    }

    @Override
    public ChatTemplate.Guess template(Predicate<String> hasToken) {
        boolean plain = hasToken.test("<s>") && hasToken.test("</s>") && !hasToken.test("<|im_start|>");
        return plain && text().family().equals("mistral")
                ? new ChatTemplate.Guess(ChatTemplate.MISTRAL, "the language model is mistral")
                : MultimodalConfig.super.template(hasToken);
    }

    @Override
    public PicturePreparation preparation(Path folder, @Nullable ImageAspect aspect) {
        Path file = folder.resolve("preprocessor_config.json");
        int side = grid.side();
        PixelDefaults usual = pixels.ofSide(side);
        if (Files.exists(file)) {
            Problems problems = new Problems();
            mustCutAlike(ConfigSection.read(file, problems));
            problems.throwIfAny();
            ClipPreprocessing found = ClipPreprocessing.read(file, pixels);
            found.mustGive(side, file.toString());
            return new TiledPictures(found.squeezed(side), grid, severalWhole);
        }
        ClipPreprocessing made = ClipPreprocessing.of(usual);
        return new TiledPictures(made.squeezed(side), grid, severalWhole);
    }

    /** The image processor cuts by its own list, the model puts together by its config's. */
    private void mustCutAlike(ConfigSection file) {
        if (file.has(Resolutions.KEY)
                && !Resolutions.read(file, grid.side(), grid.resolutions()).equals(grid.resolutions())) {
            file.problem(
                    "%s are others than those of config.json, so that pictures would be cut in one way and put together"
                            + " in another",
                    Resolutions.KEY);
        }
    }

    @Override
    public PictureTower tower(ModelBuilder builder) {
        return new TileTower(builder, base);
    }

    @Override
    public Connector connector(ModelBuilder builder) {
        Projector projector = new Projector(builder, base);
        return new TiledConnector(projector, builder.tensors(List.of(builder.tensor(TiledKeys.NEWLINE))), grid);
    }

    /**
     * The features of one picture's tiles as its tokens, for engines that have no kernels of ours.
     *
     * @param features projected, [rows, hidden], those of one tile after the other
     * @param newline [hidden]
     */
    public float[] laidOut(float[] features, float[] newline, PictureInput picture) {
        int width = newline.length;
        TileLayout layout = new TileLayout(grid, List.of(picture), features.length / width);
        float[] tokens = new float[layout.index().length / layout.taps() * width];
        for (int i = 0; i < layout.index().length; i++) {
            int row = (int) layout.index()[i];
            float[] from = row * width < features.length ? features : newline;
            int source = from == features ? row * width : 0;
            float share = layout.weights().length == 0 ? 1 : layout.weights()[i];
            int into = i * width % tokens.length;
            for (int j = 0; j < width; j++) {
                tokens[into + j] += share * from[source + j];
            }
        }
        return tokens;
    }

    @Override
    public TowerNumbers towerNumbers(int tokens) {
        return base.tiles(
                grid.resolutions().stream().mapToInt(grid::tiles).max().orElse(1));
    }

    @Override
    public String describedTokens() {
        return "up to " + grid.mostTokens() + " image tokens a picture";
    }
}
