package org.moslora.visual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterPlan;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.problems.Problems;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.InitFrom;

/** What a recipe wants trained, component by component: adapters, learning rates, starting points. */
final class VisualPlans {
    static final String TEXT = "adapter";
    static final String VISION = "vision.adapter";
    static final String PROJECTOR = "projector";
    static final String PROJECTOR_ADAPTER = "projector.adapter";

    private static final String TEXT_PREFIX = "model.language_model.";
    private static final String HEAD = "lm_head.";
    private static final String VISION_PREFIX = "model.vision_tower.";
    private static final String PROJECTOR_PREFIX = "model.multi_modal_projector.";

    private final VisualRecipe recipe;

    VisualPlans(VisualRecipe recipe) {
        this.recipe = recipe;
    }

    /** Everything to be trained, for the model to be built with. */
    AdapterPlan adapters() {
        AdapterPlan plan = new AdapterPlan();
        AdapterBlock text = recipe.adapter();
        if (text.isFull()) {
            plan.train(TEXT, TEXT_PREFIX, HEAD);
        } else {
            plan.adapt(TEXT, TEXT_PREFIX, text.targetsOr(VisualRecipe.TEXT_TARGETS), text.spec());
        }
        VisionAdapterBlock vision = recipe.vision();
        if (vision != null && vision.adapter().isFull()) {
            plan.train(VISION, VISION_PREFIX);
        } else if (vision != null) {
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

    /** What the names of tensors begin with that are trained whole. */
    List<String> wholes() {
        List<String> prefixes = new ArrayList<>();
        if (recipe.adapter().isFull()) {
            prefixes.addAll(List.of(TEXT_PREFIX, HEAD));
        }
        if (recipe.vision() != null && recipe.vision().adapter().isFull()) {
            prefixes.add(VISION_PREFIX);
        }
        if (recipe.projector().whole()) {
            prefixes.add(PROJECTOR_PREFIX);
        }
        return prefixes;
    }

    /** Tells what cannot go together: a run leaves a whole model or adapters, not a mixture. */
    static void check(
            AdapterBlock text,
            @Nullable VisionAdapterBlock vision,
            ProjectorBlock connector,
            Quantisation form,
            Problems problems) {
        boolean full = text.isFull();
        if (vision != null && vision.adapter().isFull() != full) {
            problems.add(
                    "vision.adapter.kind",
                    "must be full as adapter.kind is, or neither: a run leaves either a whole model or adapters");
        }
        AdapterBlock projector = connector.adapter();
        if (projector != null && projector.isFull()) {
            problems.add("projector.adapter.kind", "cannot be full; projector.train: true trains the projector whole");
        } else if (projector != null && full) {
            problems.add(
                    "projector.adapter",
                    "does not go with adapter.kind full, which leaves a whole model; projector.train: true trains the"
                            + " projector whole");
        }
        text.checkHeld(form, problems);
    }

    /** Learning rate of each component. */
    Map<String, Double> rates() {
        double common = recipe.training().learningRate();
        VisionAdapterBlock vision = recipe.vision();
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
    InitFrom starts() {
        InitFrom starts = new InitFrom().add(TEXT, recipe.adapter());
        if (recipe.vision() != null) {
            starts.add(VISION, recipe.vision().adapter());
        }
        if (recipe.projector().adapter() != null) {
            starts.add(PROJECTOR_ADAPTER, recipe.projector().adapter());
        }
        return starts;
    }
}
