package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.moslora.console.recipe.Recipes;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;

/** Finds the pipeline that a recipe names. */
final class Pipelines {
    private Pipelines() {}

    /** @throws InvalidInput when there is no such pipeline, with whatever else is wrong with the recipe */
    static Pipeline of(Path recipe, List<String> overrides) {
        String wanted = Recipes.peek(recipe, "pipeline", overrides).orElse("");
        return named(wanted).orElseThrow(() -> {
            String what = wanted.isEmpty()
                    ? "pipeline is missing; known: " + String.join(", ", names())
                    : "no pipeline \"" + wanted + "\"" + NearestName.hint(wanted, names());
            return unknown(recipe, overrides, what, NearestName.to(wanted, names()));
        });
    }

    private static Optional<Pipeline> named(String name) {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(pipeline -> pipeline.name().equals(name))
                .findFirst();
    }

    /** The recipe's other mistakes are those that it has as the pipeline that was meant, or that it fits best. */
    private static InvalidInput unknown(Path recipe, List<String> overrides, String what, Optional<String> meant) {
        List<String> candidates = meant.map(List::of).orElseGet(Pipelines::names);
        String best = candidates.get(0);
        List<Problem> fewest = wrong(recipe, overrides, best);
        for (String other : candidates.subList(1, candidates.size())) {
            List<Problem> found = wrong(recipe, overrides, other);
            if (found.size() < fewest.size()) {
                best = other;
                fewest = found;
            }
        }
        List<Problem> all = new ArrayList<>();
        all.add(new Problem(
                recipe.toString(), fewest.isEmpty() ? what : what + "; as " + best + " it is also wrong in:"));
        all.addAll(fewest);
        return new InvalidInput(all);
    }

    private static List<Problem> wrong(Path recipe, List<String> overrides, String name) {
        List<String> named = new ArrayList<>(overrides);
        named.add("pipeline=" + name);
        RunRequest look = new RunRequest(recipe, named, Path.of("").toAbsolutePath(), null, 1, true);
        Problems problems = new Problems();
        named(name).ifPresent(pipeline -> problems.collect(() -> pipeline.check(look, false, null)));
        return problems.found();
    }

    private static List<String> names() {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(provider -> provider.get().name())
                .sorted()
                .toList();
    }
}
