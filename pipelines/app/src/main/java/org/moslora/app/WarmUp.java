package org.moslora.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.tensors.FolderTree;

/**
 * Does once what the program does most, on a tiny model. The launcher runs it after a build and has Java archive the
 * classes that it took, so that every later start finds them parsed.
 */
final class WarmUp {
    private static final String RECIPE = """
            pipeline: visual-instruction-tuning
            model: model
            output: run
            vision: {adapter: {rank: 2}}
            training: {max_steps: 2, batch_size: 2}
            data: {conversations: train.json, images: images, template: vicuna_v1}
            validation: {fraction: 0.25}
            """;

    private WarmUp() {}

    /** Runs a training, an evaluation and an inspection in a folder that is gone afterwards. */
    public static void main(String[] none) throws IOException {
        Path folder = Files.createTempDirectory("moslora");
        try {
            TinyLlava tiny = TinyLlava.write(folder, TinyOptions.standard().withPictures(8, 1));
            String model = tiny.model().toString();
            String run = folder.resolve("run").toString();
            Path recipe = Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
            Path scores = folder.resolve("scores.jsonl");
            MosloraCli.run("train", recipe.toString());
            MosloraCli.run("inspect", run, "--model", model);
            MosloraCli.run(
                    "evaluate",
                    "--model=" + model,
                    "--adapter=" + run,
                    "--data=" + tiny.test(),
                    "--images=" + tiny.images(),
                    "--answers",
                    "--out=" + scores);
        } finally {
            FolderTree.delete(folder);
        }
    }
}
