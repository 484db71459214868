package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.StartingPoint;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.training.AdamW;
import org.moslora.training.recipe.AdapterBlock;

/** What a recipe wants trained, component by component: adapters, learning rates, starting points. */
final class Plans {
    static final String TEXT = "adapter";
    static final String VISION = "vision.adapter";
    static final String PROJECTOR = "projector";
    static final String PROJECTOR_ADAPTER = "projector.adapter";

    private static final String TEXT_PREFIX = "model.language_model.";
    private static final String VISION_PREFIX = "model.vision_tower.";
    private static final String PROJECTOR_PREFIX = "model.multi_modal_projector.";

    private final TuningRecipe recipe;

    Plans(TuningRecipe recipe) {
        this.recipe = recipe;
    }

    /** Everything to be trained, for the model to be built with. */
    AdapterPlan adapters() {
        AdapterPlan plan = new AdapterPlan();
        AdapterBlock text = recipe.adapter();
        plan.adapt(TEXT, TEXT_PREFIX, text.targetsOr(TuningRecipe.TEXT_TARGETS), text.spec());
        VisionBlock vision = recipe.vision();
        if (vision != null) {
            AdapterBlock block = vision.adapter();
            plan.adapt(VISION, VISION_PREFIX, block.targetsOr(TuningRecipe.ALL), block.spec());
        }
        AdapterBlock projector = recipe.projector().adapter();
        if (projector != null) {
            plan.adapt(PROJECTOR_ADAPTER, PROJECTOR_PREFIX, projector.targetsOr(TuningRecipe.ALL), projector.spec());
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

    AdamW.Settings optimizer() {
        return new AdamW.Settings(
                recipe.training().betas().get(0),
                recipe.training().betas().get(1),
                recipe.training().epsilon(),
                recipe.training().weightDecay(),
                recipe.training().maxGradNorm());
    }

    /** Copies the adapters that the recipe starts from; returns what the user should be told. */
    List<String> start(TrainedAdapters adapters, Arena arena, Compute compute) {
        Map<Path, Set<String>> sources = new LinkedHashMap<>();
        source(sources, TEXT, recipe.adapter());
        if (recipe.vision() != null) {
            source(sources, VISION, recipe.vision().adapter());
        }
        if (recipe.projector().adapter() != null) {
            source(sources, PROJECTOR_ADAPTER, recipe.projector().adapter());
        }
        List<String> remarks = new ArrayList<>();
        sources.forEach((path, components) -> {
            try (AdapterFile file = AdapterFile.open(path)) {
                remarks.addAll(StartingPoint.load(file, components, adapters, arena, compute));
            }
        });
        return remarks;
    }

    private static void source(Map<Path, Set<String>> sources, String component, AdapterBlock block) {
        Path from = block.initFrom();
        if (from != null) {
            sources.computeIfAbsent(from, path -> new LinkedHashSet<>()).add(component);
        }
    }
}
