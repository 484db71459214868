package org.moslora;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
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
    private final TrainingRecipe recipe;
    private int threads = Engine.defaultThreads();

    private FineTuning(TrainingRecipe recipe) {
        this.recipe = recipe;
    }

    /** A training that has not begun. */
    public static <R extends Record & TrainingRecipe> FineTuning of(R recipe) {
        return new FineTuning(recipe);
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
        pipeline().train(new RunRequest(null, List.of(), here, null, threads, true, listener, (Record) recipe));
        return new RunFolder(recipe.output());
    }

    private Pipeline pipeline() {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(pipeline -> pipeline.name().equals(recipe.pipeline()))
                .findFirst()
                .orElseThrow(() -> new InvalidInput("pipeline", "there is none that is " + recipe.pipeline()));
    }
}
