package org.moslora.dreambooth;

import java.util.Map;
import org.moslora.adapters.AdapterPlan;
import org.moslora.diffusion.folder.Component;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.Starts;

/** What a recipe wants trained, component by component: adapters, learning rates, starting points. */
record Plans(DreamBoothRecipe recipe) {
    private static final String UNET = "adapter";
    private static final String TEXT = "text_encoder.adapter";

    /** Everything to be trained, for the models to be built with. */
    AdapterPlan adapters() {
        AdapterPlan plan = new AdapterPlan();
        AdapterBlock unet = recipe.adapter();
        plan.adapt(UNET, Component.UNET.prefix(), unet.targetsOr(DreamBoothRecipe.UNET_TARGETS), unet.spec());
        TextEncoderBlock text = recipe.textEncoder();
        if (text != null) {
            AdapterBlock block = text.adapter();
            plan.adapt(
                    TEXT,
                    Component.TEXT_ENCODER.folder(),
                    block.targetsOr(DreamBoothRecipe.TEXT_TARGETS),
                    block.spec());
        }
        return plan;
    }

    /** Learning rate of each component. */
    Map<String, Double> rates() {
        double common = recipe.training().learningRate();
        TextEncoderBlock text = recipe.textEncoder();
        Double own = text == null ? null : text.learningRate();
        return Map.of(UNET, common, TEXT, own == null ? common : own);
    }

    /** The adapters that the recipe starts from. */
    Starts starts() {
        Starts starts = new Starts().add(UNET, recipe.adapter());
        TextEncoderBlock text = recipe.textEncoder();
        return text == null ? starts : starts.add(TEXT, text.adapter());
    }
}
