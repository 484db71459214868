package org.moslora.miniature.picture;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.generation.image.PictureModel;
import org.moslora.layers.Engine;
import org.moslora.miniature.Pretraining;
import org.moslora.miniature.PretrainingSettings;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;

/** Trains the UNet and the text encoder of the small Stable Diffusion; the loop itself is {@link Pretraining}'s. */
public final class PicturePretraining implements Pipeline {
    @Override
    public String name() {
        return "miniature-pictures";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        PictureRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<PictureRecipe> bound, RunRequest request) {
        PictureRecipe recipe = bound.recipe();
        PretrainingSettings settings = new PretrainingSettings(
                recipe.output(), recipe.training(), recipe.average(), recipe.examineEvery(), bound.yaml());
        try (PictureStage<int[]> stage =
                new PictureStage<>(recipe.lessons(), new UNetPainter(open(recipe)), request.quiet())) {
            Pretraining.run(stage, settings, request);
        }
    }

    private static PictureModel open(PictureRecipe recipe) {
        return PictureModel.open(recipe.model(), null, null, System.err::println);
    }

    /** Looks at the recipe and at the folder that it starts from; the pictures are drawn and need no check. */
    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        open(PictureRecipe.READER.look(request).recipe()).close();
        Pretraining.inOrder(request);
    }

    @Override
    public Map<String, Object> schema() {
        return PictureRecipe.READER.schema();
    }
}
