package org.moslora.multimodal;

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
import org.moslora.llama.LlamaNames;
import org.moslora.llama.RowPositions;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.keys.LlavaKeys;

/** What a vision-language model is made of: all in which one family differs from another. */
public interface MultimodalConfig {
    /** Its {@code model_type}. */
    String family();

    /** The language model's shape. */
    LanguageModelConfig text();

    /** What the language model's tensors are called. */
    default LlamaNames names() {
        return new LlamaNames(LlavaKeys.TEXT);
    }

    /** How the names in its files lead to canonical ones. */
    KeyMap keys();

    /** Every tensor that a folder holds, with its shape; a tied head is left out. */
    SortedMap<String, List<Long>> expected();

    /** Paths of all linears that the model makes. */
    List<String> linears();

    /** What the paths of the tower's linears begin with that an adapter may sit on. */
    default String towerPath() {
        return LlavaKeys.VISION;
    }

    /** What the names of the projector's tensors begin with. */
    default String connectorPath() {
        return LlavaKeys.PROJECTOR;
    }

    /** Id that stands for one feature. */
    int imageToken();

    /** How {@code <image>} is spelt. */
    ImageTags tags();

    /**
     * The template that a folder was probably trained with, and why.
     *
     * @param hasToken whether its tokenizer knows a token
     */
    default ChatTemplate.Guess template(Predicate<String> hasToken) {
        return ChatTemplate.guess(text().family(), true, hasToken);
    }

    /**
     * How pictures become pixels, and how many tokens they take.
     *
     * @param folder the model's, with its {@code preprocessor_config.json}
     * @param aspect what becomes of pictures that are not square, for families that leave it open; null for the usual
     * @throws InvalidInput when the folder's settings do not go with its config
     */
    PicturePreparation preparation(Path folder, @Nullable ImageAspect aspect);

    /** In what it counts where something lies in a picture. */
    default BoxUnits boxes() {
        return BoxUnits.UNSAID;
    }

    /** How it spells what lies somewhere in a picture. */
    default ObjectSpelling objects() {
        return ObjectSpelling.PLAIN;
    }

    /** Makes the tower. */
    PictureTower tower(ModelBuilder builder);

    /** Makes what stands between tower and language model. */
    Connector connector(ModelBuilder builder);

    /**
     * Positions of packed conversations; they count on unless a family says otherwise.
     *
     * @param pictures in the order of their tokens
     * @param next the position that each conversation goes on from
     */
    default RowPositions positions(int[] ids, int[] lengths, List<PictureInput> pictures, int[] next) {
        return RowPositions.following(lengths, next);
    }

    /**
     * What the tower holds at once for a picture.
     *
     * @param tokens image tokens of the picture, where a family's pictures differ in them
     */
    default TowerNumbers towerNumbers(int tokens) {
        return TowerNumbers.NONE;
    }

    /** How many tokens a picture takes, in words. */
    String describedTokens();
}
