package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.moslora.console.recipe.Recipes;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;
import org.moslora.training.Pipeline;

/** Finds the pipeline that a recipe names. */
final class Pipelines {
    private Pipelines() {}

    static Pipeline of(Path recipe, List<String> overrides) {
        String wanted = Recipes.peek(recipe, "pipeline", overrides)
                .orElseThrow(() -> new InvalidInput(
                        recipe.toString(), "pipeline is missing; known: " + String.join(", ", names())));
        for (Pipeline pipeline : ServiceLoader.load(Pipeline.class)) {
            if (pipeline.name().equals(wanted)) {
                return pipeline;
            }
        }
        throw new InvalidInput(recipe.toString(), "no pipeline \"" + wanted + "\"" + NearestName.hint(wanted, names()));
    }

    private static List<String> names() {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(provider -> provider.get().name())
                .sorted()
                .toList();
    }
}
