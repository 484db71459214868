package org.moslora.visual;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.tiny.TinyFamily;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.testing.CutRun;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/** A tiny LLaVA with a recipe of a few steps over a few epochs. */
record TinyRun(Path folder, TinyLlava llava) {
    private static final String RECIPE = """
            pipeline: visual-instruction-tuning
            model: model
            output: run
            adapter: {kind: moslora, rank: 3, alpha: 6, targets: [q_proj, v_proj, up_proj]}
            data: {conversations: train.json, images: images, template: vicuna_v1}
            training:
              learning_rate: 5.0e-3
              warmup_steps: 2
              max_steps: 9
              batch_size: 2
              gradient_accumulation: 2
              checkpoint_every: 2
              keep_checkpoints: 100
              seed: 3
            """;

    private static final TinyOptions SMALL = TinyOptions.standard().withSeed(4).withPictures(10, 4);

    static TinyRun in(Path folder) {
        return with(folder, TinyLlava.write(folder, SMALL), RECIPE);
    }

    /** With a model of another family, which says itself how conversations are spelt. */
    static TinyRun of(TinyFamily family, Path folder) {
        return with(folder, TinyLlava.write(folder, family, SMALL), RECIPE.replace(", template: vicuna_v1", ""));
    }

    private static TinyRun with(Path folder, TinyLlava llava, String recipe) {
        TinyRun made = new TinyRun(folder, llava);
        try {
            Files.writeString(made.recipe(), recipe);
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
        new VisualInstructionTuning().train(new RunRequest(recipe, overrides, folder, resume, 1, true));
    }

    /** A copy of a run as it was when only its checkpoint of this step and earlier ones were written. */
    RunFolder cutAfter(RunFolder whole, String name, int step) {
        return CutRun.after(whole, folder.resolve(name), step);
    }
}
