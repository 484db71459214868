package org.moslora.llava;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ClipPreprocessing;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.image.SquarePictures;
import org.moslora.examples.text.ImageTags;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.multimodal.Connector;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.PictureTower;
import org.moslora.multimodal.TowerNumbers;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.keys.LlavaKeys;

/**
 * What {@code config.json} of a LLaVA folder says, class defaults filled in.
 *
 * @param text the language model
 * @param vision the tower
 * @param featureLayers indices into the tower's hidden states, 0 being the embedding, already counted from the start
 * @param skipsClassToken whether the class token's feature is left out (strategy {@code default})
 * @param projectorActivation between the projector's linears
 * @param projectorBias whether they have biases
 * @param imageToken id that stands for one feature row
 */
public record LlavaConfig(
        LanguageModelConfig text,
        VisionConfig vision,
        List<Integer> featureLayers,
        boolean skipsClassToken,
        String projectorActivation,
        boolean projectorBias,
        int imageToken)
        implements MultimodalConfig {
    public LlavaConfig {
        featureLayers = List.copyOf(featureLayers);
    }

    /** Image tokens that one picture takes. */
    public int imageTokens() {
        return vision.tokens() - (skipsClassToken ? 1 : 0);
    }

    /** How many tower blocks are computed; later ones are never looked at. */
    public int usedVisionLayers() {
        return featureLayers.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    @Override
    public String family() {
        return LlavaFamily.TYPE;
    }

    @Override
    public KeyMap keys() {
        return LlavaKeys.llava();
    }

    @Override
    public SortedMap<String, List<Long>> expected() {
        return LlavaNames.expected(this);
    }

    @Override
    public List<String> linears() {
        return LlavaNames.linears(this);
    }

    @Override
    public ImageTags tags() {
        return ImageTags.LLAVA;
    }

    @Override
    public PicturePreparation preparation(Path folder, @Nullable ImageAspect aspect) {
        Path file = folder.resolve("preprocessor_config.json");
        int side = vision.imageSize();
        ClipPreprocessing found = Files.exists(file) ? ClipPreprocessing.read(file) : ClipPreprocessing.ofSide(side);
        found.mustGive(side, file.toString());
        return new SquarePictures(found, aspect == null ? ImageAspect.PAD : aspect, imageTokens());
    }

    @Override
    public PictureTower tower(ModelBuilder builder) {
        return new TileTower(builder, this);
    }

    @Override
    public Connector connector(ModelBuilder builder) {
        return new ProjectorConnector(new Projector(builder, this));
    }

    @Override
    public TowerNumbers towerNumbers(int tokens) {
        return tiles(1);
    }

    /** What the tower holds at once for pictures of so many tiles. */
    public TowerNumbers tiles(int tiles) {
        long rows = (long) tiles * vision.tokens();
        return new TowerNumbers(
                rows * (6L * vision.hidden() + 2L * vision.inner()),
                rows * vision.hidden(),
                3L * tiles * vision.imageSize() * vision.imageSize());
    }

    @Override
    public String describedTokens() {
        return imageTokens() + " image tokens a picture";
    }
}
