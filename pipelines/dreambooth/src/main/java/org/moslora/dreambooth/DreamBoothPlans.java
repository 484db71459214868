package org.moslora.dreambooth;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterPlan;
import org.moslora.diffusion.folder.Component;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.problems.Problems;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.InitFrom;

/** What a recipe wants trained, component by component: adapters or all weights, learning rates, starting points. */
record DreamBoothPlans(DreamBoothRecipe recipe) {
    private static final String UNET = "adapter";
    private static final String TEXT = "text_encoder.adapter";

    /** Everything to be trained, for the models to be built with. */
    AdapterPlan adapters() {
        AdapterPlan plan = new AdapterPlan();
        add(plan, UNET, Component.UNET.prefix(), recipe.adapter(), DreamBoothRecipe.UNET_TARGETS);
        TextEncoderBlock text = recipe.textEncoder();
        if (text != null) {
            // Without a dot, so that it is the beginning of both encoders' names.
            add(plan, TEXT, Component.TEXT_ENCODER.folder(), text.adapter(), DreamBoothRecipe.TEXT_TARGETS);
        }
        return plan;
    }

    private static void add(
            AdapterPlan plan, String component, String prefix, AdapterBlock block, List<String> targets) {
        if (block.isFull()) {
            plan.train(component, prefix);
        } else {
            plan.adapt(component, prefix, block.targetsOr(targets), block.spec());
        }
    }

    /** Tells what cannot go together: a run leaves a whole model or adapters, not a mixture. */
    static void check(AdapterBlock unet, @Nullable TextEncoderBlock text, Quantisation form, Problems problems) {
        if (text != null && text.adapter().isFull() != unet.isFull()) {
            problems.add(
                    "text_encoder.adapter.kind",
                    "must be full as adapter.kind is, or neither: a run leaves either a whole model or adapters");
        }
        unet.checkHeld(form, problems);
    }

    /** Learning rate of each component. */
    Map<String, Double> rates() {
        double common = recipe.training().learningRate();
        TextEncoderBlock text = recipe.textEncoder();
        Double own = text == null ? null : text.learningRate();
        return Map.of(UNET, common, TEXT, own == null ? common : own);
    }

    /** The adapters that the recipe starts from. */
    InitFrom starts() {
        InitFrom starts = new InitFrom().add(UNET, recipe.adapter());
        TextEncoderBlock text = recipe.textEncoder();
        return text == null ? starts : starts.add(TEXT, text.adapter());
    }
}
