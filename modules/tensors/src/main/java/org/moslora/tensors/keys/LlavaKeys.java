package org.moslora.tensors.keys;

import java.util.Collection;
import java.util.List;

/**
 * The key map of LLaVA and of LLaMA-like text models: any layout, and any mixture of them, since every part of a name
 * shows by itself how it is spelt. Names must come without an adapter's own prefix and suffixes
 * ({@code base_model.model.}, {@code .lora_A.weight}).
 */
public final class LlavaKeys implements KeyMap {
    /** What canonical names of the language model begin with. */
    public static final String TEXT = "model.language_model.";
    /** What those of the vision tower begin with. */
    public static final String VISION = "model.vision_tower.";
    /** What those of the projector begin with. */
    public static final String PROJECTOR = "model.multi_modal_projector.";
    /** What those of Qwen's tower and mergers begin with. */
    public static final String VISUAL = "model.visual.";
    /** What those of Qwen's merger begin with. */
    public static final String MERGER = VISUAL + "merger.";

    private static final LlavaKeys INSTANCE = new LlavaKeys();

    /** The first that matches counts, so longer paths stand before those that they begin with. */
    private static final List<Prefix> CANONICAL = List.of(
            new Prefix("model.vision_tower.vision_tower.vision_model", "model.vision_tower"),
            new Prefix("model.vision_tower.vision_tower", "model.vision_tower"),
            new Prefix("model.vision_tower.vision_model", "model.vision_tower"),
            new Prefix("model.vision_tower", "model.vision_tower"),
            new Prefix("vision_tower.vision_tower.vision_model", "model.vision_tower"),
            new Prefix("vision_tower.vision_model", "model.vision_tower"),
            new Prefix("vision_tower", "model.vision_tower"),
            new Prefix("model.language_model.model", "model.language_model"),
            new Prefix("model.language_model.lm_head", "lm_head"),
            new Prefix("model.language_model", "model.language_model"),
            new Prefix("language_model.model", "model.language_model"),
            new Prefix("language_model.lm_head", "lm_head"),
            new Prefix("language_model", "model.language_model"),
            new Prefix("model.visual", "model.visual"),
            new Prefix("visual", "model.visual"),
            new Prefix("model.lm_head", "lm_head"),
            new Prefix("lm_head", "lm_head"),
            new Prefix("model.layers", "model.language_model.layers"),
            new Prefix("model.embed_tokens", "model.language_model.embed_tokens"),
            new Prefix("model.norm", "model.language_model.norm"),
            new Prefix("model.mm_projector.0", "model.multi_modal_projector.linear_1"),
            new Prefix("model.mm_projector.2", "model.multi_modal_projector.linear_2"),
            new Prefix("model.mm_projector", "model.multi_modal_projector"),
            new Prefix("mm_projector.0", "model.multi_modal_projector.linear_1"),
            new Prefix("mm_projector.2", "model.multi_modal_projector.linear_2"),
            new Prefix("mm_projector", "model.multi_modal_projector"),
            new Prefix("model.multi_modal_projector", "model.multi_modal_projector"),
            new Prefix("multi_modal_projector", "model.multi_modal_projector"));

    private LlavaKeys() {}

    /** The key map; it has no state. */
    public static LlavaKeys llava() {
        return INSTANCE;
    }

    @Override
    public String canonical(String fileKey) {
        return Prefix.rename(fileKey, CANONICAL);
    }

    @Override
    public boolean ignores(String fileKey) {
        return fileKey.endsWith(".inv_freq")
                || fileKey.endsWith(".position_ids")
                || fileKey.equals("model.image_newline");
    }

    /** A canonical name as a layout spells it. */
    public String spell(String canonical, LlavaLayout layout) {
        return layout.spell(canonical);
    }

    /**
     * What layout a file or folder with these names has, or what else it looks like. Names that no layout has do not
     * count while there are others.
     */
    public Detection detect(Collection<String> fileKeys) {
        return LayoutVote.of(fileKeys, this);
    }

    @Override
    public String looksLike(Collection<String> fileKeys) {
        return ModelFamily.of(fileKeys)
                .map(ModelFamily::description)
                .orElseGet(() -> detect(fileKeys) instanceof Detection.Llava llava
                        ? "weights in " + llava.layout().description()
                        : "");
    }

    boolean knows(String fileKey) {
        return CANONICAL.stream().anyMatch(rule -> rule.matches(fileKey));
    }
}
