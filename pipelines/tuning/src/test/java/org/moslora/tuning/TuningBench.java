package org.moslora.tuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Bound;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.TrainingListener;
import org.moslora.training.team.Team;

/** A folder with a tiny model, ten rows to learn from and four to be asked, and a recipe of a few steps. */
public record TuningBench(Path folder) {
    private static final TinyOptions SMALL = TinyOptions.standard().withSeed(4).withPictures(10, 4);
    private static final String RECIPE = """
            pipeline: bench
            model: model
            output: run
            adapter: {kind: lora, rank: 2, alpha: 4}
            data: {conversations: train.json}
            training:
              learning_rate: 5.0e-3
              warmup_steps: 1
              max_steps: 6
              batch_size: 2
              gradient_accumulation: 2
              checkpoint_every: 2
              keep_checkpoints: 100
              seed: 3
            """;

    /** With a text model and rows that ask whether a thing has a colour. */
    static TuningBench text(Path folder) {
        TinyLlama.write(folder, SMALL);
        return written(folder, RECIPE);
    }

    /** With a model that sees, and pictures of one coloured shape each. */
    public static TuningBench pictures(Path folder) {
        TinyLlava.write(folder, SMALL);
        return written(folder, RECIPE.replace("train.json}", "train.json, images: images, template: vicuna_v1}"));
    }

    private static TuningBench written(Path folder, String recipe) {
        TuningBench bench = new TuningBench(folder);
        bench.write("recipe.yaml", recipe);
        Engine.start(1);
        return bench;
    }

    Path model() {
        return folder.resolve("model");
    }

    /** A file of this text in the folder. */
    Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** What a user asks for who trains into a folder of this name. */
    RunRequest request(String name, TrainingListener listener, String... overrides) {
        List<String> all = new ArrayList<>(List.of("output=" + folder.resolve(name)));
        all.addAll(List.of(overrides));
        return asking(folder.resolve("recipe.yaml"), all, null, listener);
    }

    private RunRequest asking(
            @Nullable Path recipe, List<String> overrides, @Nullable Path resume, TrainingListener listener) {
        return new RunRequest(recipe, overrides, folder, resume, 1, true, listener, null, Team.ALONE, 0);
    }

    Bound<BenchRecipe> bound(String... overrides) {
        return BenchRecipe.READER.look(request("looked-at", TrainingListener.SILENT, overrides));
    }

    RunFolder train(String name, TrainingListener listener, String... overrides) {
        train(request(name, listener, overrides));
        return new RunFolder(folder.resolve(name));
    }

    RunFolder train(String name, String... overrides) {
        return train(name, TrainingListener.SILENT, overrides);
    }

    /** Goes on with a run as a user does who names nothing but its folder. */
    void resume(String name, TrainingListener listener) {
        train(asking(null, List.of(), folder.resolve(name), listener));
    }

    static void train(RunRequest request) {
        BenchRecipe.READER.train(request, bound -> {
            try (TrainingSetup trainee = TrainingSetup.of(bound, request)) {
                Tuning.run(trainee, request, picture -> false);
            }
        });
    }

    /** Has a look at what a training works with, before its first step. */
    void setUp(Consumer<TrainingSetup> look, String... overrides) {
        RunRequest request = request("set-up", TrainingListener.SILENT, overrides);
        try (TrainingSetup trainee = TrainingSetup.of(BenchRecipe.READER.look(request), request)) {
            look.accept(trainee);
        }
    }

    /** The model, as one opens it to ask it. */
    LoadedModel open() {
        return LoadedModel.open(
                model(), List.of(), Processor.Choice.open(folder.resolve("images")), Compute.cpu(), line -> {});
    }

    /** A column of a run's metrics. */
    static List<Double> column(RunFolder run, String name) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get(name).getAsDouble())
                .toList();
    }
}
