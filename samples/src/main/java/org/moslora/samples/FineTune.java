package org.moslora.samples;

import java.nio.file.Path;
import org.moslora.FineTuning;
import org.moslora.visual.VisualRecipe;

/** Fine-tunes a LLaVA on conversations about pictures: {@code FineTune MODEL TRAIN.json IMAGES RUN STEPS}. */
public final class FineTune {
    private FineTune() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        VisualRecipe recipe = VisualRecipe.builder()
                .set("model", Path.of(arguments[0]))
                .set("data.conversations", Path.of(arguments[1]))
                .set("data.images", Path.of(arguments[2]))
                .set("output", Path.of(arguments[3]))
                .set("training.max_steps", Integer.parseInt(arguments[4]))
                .set("adapter.rank", 8)
                .build();
        FineTuning.of(recipe).run(report -> System.out.println(report.step() + ": loss " + report.loss()));
    }
}
