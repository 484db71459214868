package org.moslora.visual;

import java.util.Map;
import org.moslora.adapters.AdapterPlan;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.Starts;

/** What a recipe wants trained, component by component: adapters, learning rates, starting points. */
final class Plans {
    static final String TEXT = "adapter";
    static final String VISION = "vision.adapter";
    static final String PROJECTOR = "projector";
    static final String PROJECTOR_ADAPTER = "projector.adapter";

    private static final String TEXT_PREFIX = "model.language_model.";
    private static final String VISION_PREFIX = "model.vision_tower.";
    static final String PROJECTOR_PREFIX = "model.multi_modal_projector.";

    private final VisualRecipe recipe;

    Plans(VisualRecipe recipe) {
        this.recipe = recipe;
    }

    /** Everything to be trained, for the model to be built with. */
    AdapterPlan adapters() {
        AdapterPlan plan = new AdapterPlan();
        AdapterBlock text = recipe.adapter();
        plan.adapt(TEXT, TEXT_PREFIX, text.targetsOr(VisualRecipe.TEXT_TARGETS), text.spec());
        VisionBlock vision = recipe.vision();
        if (vision != null) {
            AdapterBlock block = vision.adapter();
            plan.adapt(VISION, VISION_PREFIX, block.targetsOr(VisualRecipe.ALL), block.spec());
        }
        AdapterBlock projector = recipe.projector().adapter();
        if (projector != null) {
            plan.adapt(PROJECTOR_ADAPTER, PROJECTOR_PREFIX, projector.targetsOr(VisualRecipe.ALL), projector.spec());
        } else if (recipe.projector().train()) {
            plan.train(PROJECTOR, PROJECTOR_PREFIX);
        }
        return plan;
    }

    /** Learning rate of each component. */
    Map<String, Double> rates() {
        double common = recipe.training().learningRate();
        VisionBlock vision = recipe.vision();
        Double own = vision == null ? null : vision.learningRate();
        return Map.of(
                TEXT,
                common,
                VISION,
                own == null ? common : own,
                PROJECTOR,
                recipe.projector().learningRate(),
                PROJECTOR_ADAPTER,
                recipe.projector().learningRate());
    }

    /** The adapters that the recipe starts from. */
    Starts starts() {
        Starts starts = new Starts().add(TEXT, recipe.adapter());
        if (recipe.vision() != null) {
            starts.add(VISION, recipe.vision().adapter());
        }
        if (recipe.projector().adapter() != null) {
            starts.add(PROJECTOR_ADAPTER, recipe.projector().adapter());
        }
        return starts;
    }
}
