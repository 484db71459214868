package org.moslora.samples;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.moslora.layers.Engine;
import org.moslora.training.RunRequest;
import org.moslora.visual.VisualInstructionTuning;

/** Trains what a recipe says: {@code FineTune RECIPE.yaml [key=value ...]}. */
public final class FineTune {
    private FineTune() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        Path recipe = Path.of(arguments[0]);
        List<String> overrides = Arrays.asList(arguments).subList(1, arguments.length);
        Path here = Path.of("").toAbsolutePath();
        new VisualInstructionTuning()
                .train(new RunRequest(recipe, overrides, here, null, Engine.defaultThreads(), false));
    }
}
