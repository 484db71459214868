package org.moslora.dreambooth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.testing.CutRun;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/** A tiny Stable Diffusion with a recipe of a few steps. */
record TinyRun(Path folder, TinyDiffusion diffusion) {
    private static final String RECIPE = """
            pipeline: dreambooth
            model: model
            output: run
            adapter: {kind: moslora, rank: 2, alpha: 4}
            instance: {images: pictures, prompt: a photo of sks circle}
            resolution: 16
            training:
              learning_rate: 2.0e-2
              max_steps: 6
              batch_size: 2
              gradient_accumulation: 2
              checkpoint_every: 2
              keep_checkpoints: 100
              seed: 3
            """;

    static TinyRun first(Path folder) {
        return with(folder, TinyDiffusion.first(folder, 4, 4));
    }

    static TinyRun large(Path folder) {
        return with(folder, TinyDiffusion.large(folder, 4, 4));
    }

    static TinyRun flow(Path folder) {
        return with(folder, TinyDiffusion.flow(folder, 4, 4));
    }

    private static TinyRun with(Path folder, TinyDiffusion diffusion) {
        TinyRun made = new TinyRun(folder, diffusion);
        try {
            Files.writeString(made.recipe(), RECIPE);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return made;
    }

    Path recipe() {
        return folder.resolve("recipe.yaml");
    }

    RunFolder run(String name) {
        return new RunFolder(folder.resolve(name));
    }

    /** Trains into a run folder of this name. */
    RunFolder train(String name, String... overrides) {
        List<String> all = new ArrayList<>(Arrays.asList(overrides));
        all.add("output=" + folder.resolve(name));
        start(recipe(), all, null);
        return run(name);
    }

    /** Goes on with a run, without naming its recipe. */
    void resume(String name, String... overrides) {
        start(null, List.of(overrides), folder.resolve(name));
    }

    private void start(@Nullable Path recipe, List<String> overrides, @Nullable Path resume) {
        new DreamBooth().train(new RunRequest(recipe, overrides, folder, resume, 1, true));
    }

    /** A copy of a run as it was when only its checkpoint of this step and earlier ones were written. */
    RunFolder cutAfter(RunFolder whole, String name, int step) {
        return CutRun.after(whole, folder.resolve(name), step);
    }
}
