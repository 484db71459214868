package org.moslora.miniature.autoencoder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.layers.Engine;
import org.moslora.miniature.Pretraining;
import org.moslora.miniature.PretrainingSettings;
import org.moslora.miniature.blank.BlankDiffusion;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;

/** Trains the autoencoder of a Stable Diffusion that knows nothing else yet; see {@link Pretraining}. */
public final class AutoencoderPretraining implements Pipeline {
    @Override
    public String name() {
        return "miniature-autoencoder";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        AutoencoderRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<AutoencoderRecipe> bound, RunRequest request) {
        AutoencoderRecipe recipe = bound.recipe();
        PretrainingSettings settings = new PretrainingSettings(
                recipe.output(), recipe.training(), recipe.average(), recipe.examineEvery(), bound.yaml());
        try (AutoencoderStage stage = new AutoencoderStage(recipe, start(recipe))) {
            Pretraining.run(stage, settings, request);
        }
    }

    private static Path start(AutoencoderRecipe recipe) {
        Path given = recipe.model();
        if (given != null) {
            return given;
        }
        Path blank = recipe.output().resolve("blank");
        if (!Files.exists(blank)) {
            long seed = recipe.training().seed();
            DurableFiles.writeFolder(blank, folder -> BlankDiffusion.write(folder, seed));
        }
        return blank;
    }

    /** Looks at the recipe and at the folder that it goes on from. */
    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        Path model = AutoencoderRecipe.READER.look(request).recipe().model();
        if (model != null) {
            StableDiffusion.open(model).close();
        }
        Pretraining.inOrder(request);
    }

    @Override
    public Map<String, Object> schema() {
        return AutoencoderRecipe.READER.schema();
    }
}
