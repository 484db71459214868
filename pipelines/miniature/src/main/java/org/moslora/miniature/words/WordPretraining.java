package org.moslora.miniature.words;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.layers.Engine;
import org.moslora.llava.LlavaFolder;
import org.moslora.miniature.Course;
import org.moslora.miniature.Pretraining;
import org.moslora.training.Pipeline;
import org.moslora.training.Request;

/** Trains the projector of a LLaVA and its table of words; see {@link Pretraining}. */
public final class WordPretraining implements Pipeline {
    @Override
    public String name() {
        return "miniature-words";
    }

    @Override
    public void train(Request request) {
        Engine.start(request.threads());
        WordRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<WordRecipe> bound, Request request) {
        WordRecipe recipe = bound.recipe();
        Course course = new Course(recipe.output(), recipe.training(), 0, recipe.examineEvery(), bound.yaml());
        try (WordStage stage = new WordStage(recipe)) {
            Pretraining.run(stage, course, request);
        }
    }

    /** Looks at the recipe and at the folder that it starts from. */
    @Override
    public void check(Request request, boolean deep, @Nullable Path report) {
        LlavaFolder.open(WordRecipe.READER.look(request).recipe().model()).close();
        Pretraining.inOrder(request);
    }
}
