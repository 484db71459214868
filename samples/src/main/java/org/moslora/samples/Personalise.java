package org.moslora.samples;

import java.nio.file.Path;
import org.moslora.FineTuning;
import org.moslora.dreambooth.DreamBoothRecipe;

/** Teaches a Stable Diffusion a subject: {@code Personalise MODEL PICTURES "a photo of sks cat" RUN STEPS SIDE}. */
public final class Personalise {
    private Personalise() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        DreamBoothRecipe recipe = DreamBoothRecipe.builder()
                .set("model", Path.of(arguments[0]))
                .set("instance.images", Path.of(arguments[1]))
                .set("instance.prompt", arguments[2])
                .set("output", Path.of(arguments[3]))
                .set("training.max_steps", Integer.parseInt(arguments[4]))
                .set("resolution", Integer.parseInt(arguments[5]))
                .build();
        FineTuning.of(recipe).run(report -> System.out.println(report.step() + ": loss " + report.loss()));
    }
}
