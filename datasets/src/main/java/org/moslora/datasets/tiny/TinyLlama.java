package org.moslora.datasets.tiny;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A tiny text model and something to teach it: a LLaMA folder, and rows in the commonsense sets' layout that ask whether
 * a thing has a colour, split into those to learn from and those to be examined on.
 *
 * @param folder holds everything
 */
public record TinyLlama(Path folder) {
    /**
     * Writes it, the same bytes for the same options, whose pictures are rows here.
     *
     * @param folder may exist; files of the same names are replaced
     */
    public static TinyLlama write(Path folder, TinyOptions options) {
        TinyLlama tiny = new TinyLlama(folder);
        try {
            Files.createDirectories(tiny.model());
            TinyTokenizer tokenizer = TinyTokenizer.learn(TinyFacts.texts(), options.specials());
            tokenizer.write(tiny.model());
            TinyConfig.writeText(tiny.model(), options, tokenizer);
            TinyWeights.writeText(tiny.model(), options, TinyConfig.rows(tokenizer));
            Random random = new Random(options.seed());
            List<TinyScene> scenes = TinyScene.draw(random, options.trainPictures() + options.testPictures());
            TinyFacts.write(tiny.train(), scenes.subList(0, options.trainPictures()), random);
            TinyFacts.write(tiny.test(), scenes.subList(options.trainPictures(), scenes.size()), random);
            return tiny;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The model folder: config, weights, tokenizer. */
    public Path model() {
        return folder.resolve("model");
    }

    /** The rows to learn from. */
    public Path train() {
        return folder.resolve("train.json");
    }

    /** The rows that are not among those to learn from. */
    public Path test() {
        return folder.resolve("test.json");
    }
}
