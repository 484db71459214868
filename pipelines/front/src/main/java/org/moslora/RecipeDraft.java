package org.moslora;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeText;
import org.moslora.console.recipe.Recipes;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.TrainingListener;

/**
 * A recipe of whichever pipeline while somebody writes it: what is wrong with its keys at once, and with the files that it
 * names when asked.
 *
 * @param text as it is so far
 */
public record RecipeDraft(RecipeText text) {
    /** Every pipeline's name. */
    public static List<String> pipelines() {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(provider -> provider.get().name())
                .sorted()
                .toList();
    }

    /** Every key that recipes of a pipeline may have. */
    public static List<KeyNote> keys(String pipeline) {
        return named(pipeline).keys();
    }

    /**
     * Binds it to its pipeline's record.
     *
     * @throws InvalidInput with everything that is wrong with keys and values
     */
    public Bound<?> bind() {
        return pipeline().look(text);
    }

    /**
     * Looks at model, data and pictures, too.
     *
     * @param listener hears remarks and what the training will take
     * @throws InvalidInput with everything that is wrong
     */
    public void check(TrainingListener listener) {
        Pipeline pipeline = pipeline();
        Path here = text.folder();
        pipeline.check(
                new RunRequest(
                        null,
                        List.of(),
                        here,
                        null,
                        1,
                        true,
                        listener,
                        pipeline.look(text).recipe()),
                false,
                null);
    }

    private Pipeline pipeline() {
        return named(Recipes.peek(text, "pipeline").orElse(""));
    }

    private static Pipeline named(String name) {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInput(
                        "pipeline",
                        name.isEmpty()
                                ? "is missing; known: " + String.join(", ", pipelines())
                                : "there is none that is \"" + name + '"' + NearestName.hint(name, pipelines())));
    }
}
