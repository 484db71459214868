package org.moslora.miniature.words;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.layers.Engine;
import org.moslora.llava.LlavaFolder;
import org.moslora.miniature.Pretraining;
import org.moslora.miniature.PretrainingSettings;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;

/** Trains the projector of a LLaVA and its table of words; see {@link Pretraining}. */
public final class WordPretraining implements Pipeline {
    @Override
    public String name() {
        return "miniature-words";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        WordRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<WordRecipe> bound, RunRequest request) {
        WordRecipe recipe = bound.recipe();
        PretrainingSettings settings =
                new PretrainingSettings(recipe.output(), recipe.training(), 0, recipe.examineEvery(), bound.yaml());
        try (WordStage stage = new WordStage(recipe)) {
            Pretraining.run(stage, settings, request);
        }
    }

    /** Looks at the recipe and at the folder that it starts from. */
    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        LlavaFolder.open(WordRecipe.READER.look(request).recipe().model()).close();
        Pretraining.inOrder(request);
    }

    @Override
    public Map<String, Object> schema() {
        return WordRecipe.READER.schema();
    }
}
