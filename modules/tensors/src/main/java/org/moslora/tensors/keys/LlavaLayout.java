package org.moslora.tensors.keys;

import java.util.List;

/** The ways in which files spell the names of LLaVA's tensors; {@code FORMAT.md} has them as a table. */
public enum LlavaLayout {
    /** The hub's files, and what older releases of transformers write. */
    OLD(
            "the hub's layout (language_model.model.…)",
            new Prefix("model.language_model", "language_model.model"),
            new Prefix("lm_head", "language_model.lm_head"),
            new Prefix("model.vision_tower", "vision_tower.vision_model"),
            new Prefix("model.multi_modal_projector", "multi_modal_projector")),
    /** Module paths of transformers 4.52 and later. */
    NEW(
            "the newer layout (model.language_model.…)",
            new Prefix("model.vision_tower", "model.vision_tower.vision_model")),
    /** What transformers 5 itself saves: the hub's layout without {@code vision_model}. */
    SAVED(
            "the layout that transformers 5 saves (vision_tower.… without vision_model)",
            new Prefix("model.language_model", "language_model.model"),
            new Prefix("lm_head", "language_model.lm_head"),
            new Prefix("model.vision_tower", "vision_tower"),
            new Prefix("model.multi_modal_projector", "multi_modal_projector")),
    /** Canonical names: module paths of transformers 5, as adapters trained there carry them. */
    MODULES("module paths of transformers 5"),
    /** The files of the LLaVA project. */
    ORIGINAL("the LLaVA project's layout (model.mm_projector.…)", original()),
    /** A language model alone, such as LLaMA; ORIGINAL without tower and projector. */
    TEXT("a text model's layout (model.layers.…)", original());

    private final String description;
    private final List<Prefix> spelling;

    LlavaLayout(String description, Prefix... spelling) {
        this.description = description;
        this.spelling = List.of(spelling);
    }

    /** What messages call the layout. */
    public String description() {
        return description;
    }

    /** A canonical name as this layout spells it; the inverse of {@link LlavaKeys#canonical}. */
    public String spell(String canonical) {
        return Prefix.rename(canonical, spelling);
    }

    private static Prefix[] original() {
        return new Prefix[] {
            new Prefix("model.language_model", "model"),
            new Prefix("model.vision_tower", "model.vision_tower.vision_tower.vision_model"),
            new Prefix("model.multi_modal_projector.linear_1", "model.mm_projector.0"),
            new Prefix("model.multi_modal_projector.linear_2", "model.mm_projector.2"),
            new Prefix("model.multi_modal_projector", "model.mm_projector")
        };
    }
}
