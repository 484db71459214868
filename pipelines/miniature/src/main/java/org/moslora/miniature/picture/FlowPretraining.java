package org.moslora.miniature.picture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.clip.ClipConfig;
import org.moslora.console.recipe.Bound;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.layers.Engine;
import org.moslora.miniature.Pretraining;
import org.moslora.miniature.PretrainingSettings;
import org.moslora.miniature.ShippedWeights;
import org.moslora.miniature.blank.BlankFlow;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;

/** Trains the transformer of a small Stable Diffusion 3 by flow matching; the loop itself is {@link Pretraining}'s. */
public final class FlowPretraining implements Pipeline {
    @Override
    public String name() {
        return "miniature-flow";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        FlowRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<FlowRecipe> bound, RunRequest request) {
        FlowRecipe recipe = bound.recipe();
        PretrainingSettings settings = new PretrainingSettings(
                recipe.output(), recipe.training(), recipe.average(), recipe.examineEvery(), bound.yaml());
        FlowPainter painter = new FlowPainter(ImageModel.open(blank(recipe), null, null, System.err::println));
        try (PictureStage<PromptEmbedding> stage = new PictureStage<>(recipe.lessons(), painter, request.quiet())) {
            Pretraining.run(stage, settings, request);
        }
    }

    /** What the run starts from: other models' autoencoder and text encoder, and a transformer that knows nothing. */
    private static Path blank(FlowRecipe recipe) {
        Path blank = recipe.output().resolve("blank");
        if (!Files.exists(blank)) {
            mustBeThere(recipe);
            long seed = recipe.training().seed();
            DurableFiles.writeFolder(blank, folder -> {
                BlankFlow.write(folder, recipe.clip(), seed);
                ShippedWeights.copy(recipe.model().resolve("vae"), folder.resolve("vae"));
            });
        }
        return blank;
    }

    /** Looks at the recipe and at the folders that it takes from; the pictures are drawn and need no check. */
    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        mustBeThere(FlowRecipe.READER.look(request).recipe());
        Pretraining.inOrder(request);
    }

    private static void mustBeThere(FlowRecipe recipe) {
        StableDiffusion.open(recipe.model()).close();
        ClipConfig.read(recipe.clip());
    }

    @Override
    public Map<String, Object> schema() {
        return FlowRecipe.READER.schema();
    }
}
