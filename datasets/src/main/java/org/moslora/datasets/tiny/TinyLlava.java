package org.moslora.datasets.tiny;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A tiny LLaVA and something to teach it: a model folder in the hub's layout, pictures of one coloured shape each, and
 * conversations that ask for its colour and shape, split into those to learn from and those to be examined on.
 *
 * @param folder holds everything
 */
public record TinyLlava(Path folder) {
    /**
     * Writes it, the same bytes for the same options.
     *
     * @param folder may exist; files of the same names are replaced
     */
    public static TinyLlava write(Path folder, TinyOptions options) {
        TinyLlava tiny = new TinyLlava(folder);
        try {
            Files.createDirectories(tiny.model());
            Files.createDirectories(tiny.images());
            TinyTokenizer tokenizer = TinyTokenizer.learn(TinyQuestions.texts(), options.specials());
            tokenizer.write(tiny.model());
            TinyConfig.write(tiny.model(), options, tokenizer);
            TinyWeights.write(tiny.model(), options, TinyConfig.rows(tokenizer));
            Random random = new Random(options.seed());
            List<TinyScene> scenes = TinyScene.draw(random, options.trainPictures() + options.testPictures());
            List<TinyScene> train = scenes.subList(0, options.trainPictures());
            List<TinyScene> test = scenes.subList(options.trainPictures(), scenes.size());
            TinyQuestions.write(tiny.train(), tiny.images(), "train", train, options.pictureSide());
            TinyQuestions.write(tiny.test(), tiny.images(), "test", test, options.pictureSide());
            return tiny;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The model folder: config, weights, tokenizer, picture settings. */
    public Path model() {
        return folder.resolve("model");
    }

    /** The folder of the pictures. */
    public Path images() {
        return folder.resolve("images");
    }

    /** The conversations to learn from. */
    public Path train() {
        return folder.resolve("train.json");
    }

    /** The conversations about pictures that are not among those to learn from. */
    public Path test() {
        return folder.resolve("test.json");
    }
}
