package org.moslora.qwen;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.text.BoxUnits;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.ImageTags;
import org.moslora.examples.text.ObjectSpelling;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.RowPositions;
import org.moslora.multimodal.Connector;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.PicturePositions;
import org.moslora.multimodal.PictureTower;
import org.moslora.multimodal.TowerNumbers;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.keys.LlavaKeys;

/**
 * What {@code config.json} of one of Qwen's vision-language models says, class defaults filled in.
 *
 * @param family its {@code model_type}
 * @param spelling what tensors of tower and merger are called
 * @param text the language model
 * @param vision the tower
 * @param patchBias whether the patches' weight has a bias
 * @param imageToken id that stands for one merged token
 * @param template the usual one
 */
public record QwenConfig(
        String family,
        QwenNames spelling,
        LanguageModelConfig text,
        QwenVision vision,
        boolean patchBias,
        int imageToken,
        ChatTemplate template)
        implements MultimodalConfig {
    private static final String PAD = "<|image_pad|>";
    private static final ImageTags TAGS =
            new ImageTags(PAD, "<|vision_start|>" + PAD + "<|vision_end|>", ImageTags.Place.AS_WRITTEN);

    @Override
    public KeyMap keys() {
        return LlavaKeys.llava();
    }

    @Override
    public SortedMap<String, List<Long>> expected() {
        return spelling.expected(this);
    }

    @Override
    public List<String> linears() {
        return QwenNames.linears(expected());
    }

    @Override
    public String towerPath() {
        return QwenNames.BLOCKS;
    }

    @Override
    public String connectorPath() {
        return QwenNames.MERGER;
    }

    @Override
    public ImageTags tags() {
        return TAGS;
    }

    @Override
    public ChatTemplate.Guess template(Predicate<String> hasToken) {
        return hasToken.test("<|im_start|>")
                ? new ChatTemplate.Guess(template, "model_type is " + family)
                : ChatTemplate.guess(family, true, hasToken);
    }

    @Override
    public PicturePreparation preparation(Path folder, @Nullable ImageAspect aspect) {
        return QwenPictures.read(folder, vision);
    }

    @Override
    public BoxUnits boxes() {
        return spelling == QwenNames.QWEN25 ? BoxUnits.PIXELS : BoxUnits.THOUSANDTHS;
    }

    @Override
    public ObjectSpelling objects() {
        return ObjectSpelling.QWEN;
    }

    @Override
    public PictureTower tower(ModelBuilder builder) {
        return new QwenTower(builder, this);
    }

    @Override
    public Connector connector(ModelBuilder builder) {
        return new QwenMergers(builder, this);
    }

    @Override
    public RowPositions positions(int[] ids, int[] lengths, List<PictureInput> pictures, int[] next) {
        return new PicturePositions(imageToken, vision.merge()).of(ids, lengths, pictures, next);
    }

    /** Of a picture of as many pixels as the processor allows by default. */
    @Override
    public TowerNumbers towerNumbers(int tokens) {
        long rows = (long) tokens * vision.merge() * vision.merge();
        long inside = rows * (7L * vision.width() + (vision.gated() ? 2L : 1L) * vision.inner());
        return new TowerNumbers(inside, rows * vision.width(), rows * 3 * vision.patch() * vision.patch());
    }

    @Override
    public String describedTokens() {
        int unit = vision.patch() * vision.merge();
        return "an image token for " + unit + "x" + unit + " pixels";
    }
}
