package org.moslora.datasets.tiny;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.moslora.multimodal.VisionFamilies;

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
        return written(folder, options, model -> {
            TinyTokenizer tokenizer = TinyTokenizer.learn(TinyQuestions.texts(), options.specials());
            tokenizer.write(model);
            TinyConfig.write(model, options, tokenizer);
            TinyWeights.write(model, options, TinyConfig.rows(tokenizer));
        });
    }

    /** The same data with a model of another family, whose size is its own: of the options only the data's count. */
    public static TinyLlava write(Path folder, TinyFamily family, TinyOptions options) {
        return written(folder, options, model -> {
            TinyTokenizer tokenizer = TinyTokenizer.learn(TinyQuestions.texts(), family.specials());
            tokenizer.write(model);
            TinyConfig.writeTokens(model, family.specials().contains("<|im_end|>") ? "<|im_end|>" : "</s>", tokenizer);
            Files.writeString(model.resolve("config.json"), family.config(tokenizer));
            Files.writeString(model.resolve("preprocessor_config.json"), family.pictures());
            TinyWeights.write(model, VisionFamilies.config(model).expected(), options.seed());
        });
    }

    /** Writes a model into its folder. */
    @FunctionalInterface
    private interface ModelFiles {
        void write(Path model) throws IOException;
    }

    private static TinyLlava written(Path folder, TinyOptions options, ModelFiles files) {
        TinyLlava tiny = new TinyLlava(folder);
        try {
            files.write(Files.createDirectories(tiny.model()));
            Files.createDirectories(tiny.images());
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
