package org.moslora;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Recipes;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Pipeline;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.TrainingRecipe;

/**
 * A training, of whichever pipeline its recipe is: {@code VisualRecipe.builder()}, {@code InstructionRecipe.builder()} and
 * {@code DreamBoothRecipe.builder()} make one.
 */
public final class FineTuning {
    private final String pipeline;
    private final RunFolder folder;
    private final @Nullable Record recipe;
    private int threads = Engine.defaultThreads();

    private FineTuning(String pipeline, RunFolder folder, @Nullable Record recipe) {
        this.pipeline = pipeline;
        this.folder = folder;
        this.recipe = recipe;
    }

    /** A training that has not begun. */
    public static <R extends Record & TrainingRecipe> FineTuning of(R recipe) {
        return new FineTuning(recipe.pipeline(), new RunFolder(recipe.output()), recipe);
    }

    /** A training that goes on after its last checkpoint, bit for bit. */
    public static FineTuning resume(Path run) {
        RunFolder folder = new RunFolder(run);
        String pipeline = Recipes.peek(folder.recipe(), "pipeline", List.of())
                .orElseThrow(() -> new InvalidInput(folder.recipe().toString(), "pipeline is missing"));
        return new FineTuning(pipeline, folder, null);
    }

    /** As many threads for one operator, instead of one a core. */
    public FineTuning threads(int number) {
        threads = number;
        return this;
    }

    /**
     * Trains, to the last step.
     *
     * @param listener hears of steps, samples and checkpoints
     * @return what the run left
     * @throws InvalidInput with everything that is wrong with recipe, model and data, before anything is written
     */
    public RunFolder run(TrainingListener listener) {
        Path here = Path.of("").toAbsolutePath();
        Path resumed = recipe == null ? folder.path() : null;
        pipeline().train(new RunRequest(null, List.of(), here, resumed, threads, true, listener, recipe));
        return folder;
    }

    private Pipeline pipeline() {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(known -> known.name().equals(pipeline))
                .findFirst()
                .orElseThrow(() -> new InvalidInput("pipeline", "there is none that is " + pipeline));
    }
}
