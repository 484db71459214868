package org.moslora.miniature.vision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.layers.Engine;
import org.moslora.miniature.Pretraining;
import org.moslora.miniature.PretrainingSettings;
import org.moslora.miniature.blank.BlankClip;
import org.moslora.miniature.blank.BlankLlava;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;

/** Trains the small CLIP, and puts its tower into a LLaVA that knows nothing else yet; see {@link Pretraining}. */
public final class VisionPretraining implements Pipeline {
    @Override
    public String name() {
        return "miniature-vision";
    }

    @Override
    public void train(RunRequest request) {
        Engine.start(request.threads());
        VisionRecipe.READER.train(request, bound -> train(bound, request));
    }

    private static void train(Bound<VisionRecipe> bound, RunRequest request) {
        VisionRecipe recipe = bound.recipe();
        Path blank = recipe.output().resolve("blank");
        if (!Files.exists(blank)) {
            long seed = recipe.training().seed();
            DurableFiles.writeFolder(blank, folder -> {
                BlankLlava.write(Files.createDirectories(folder.resolve("llava")), seed);
                BlankClip.write(Files.createDirectories(folder.resolve("clip")), seed);
            });
        }
        PretrainingSettings settings =
                new PretrainingSettings(recipe.output(), recipe.training(), 0, recipe.examineEvery(), bound.yaml());
        try (VisionStage stage = new VisionStage(recipe, blank)) {
            Pretraining.run(stage, settings, request);
        }
    }

    /** Looks at the recipe; there is nothing else. */
    @Override
    public void check(RunRequest request, boolean deep, @Nullable Path report) {
        VisionRecipe.READER.look(request);
        Pretraining.inOrder(request);
    }

    @Override
    public Map<String, Object> schema() {
        return VisionRecipe.READER.schema();
    }
}
