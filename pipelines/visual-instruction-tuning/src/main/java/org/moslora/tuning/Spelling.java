package org.moslora.tuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ClipPreprocessing;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.ConversationEncoder;
import org.moslora.examples.text.ImageTokens;
import org.moslora.examples.text.TextTokenizer;
import org.moslora.llava.LlavaConfig;
import org.moslora.problems.InvalidInput;

/**
 * How one model wants its conversations and pictures: the part of a model folder that is not weights.
 *
 * @param tokenizer from {@code tokenizer.json}
 * @param template how turns are spelt
 * @param encoder conversations to ids and labels
 * @param preprocessing from {@code preprocessor_config.json}
 * @param aspect pad or crop
 * @param images the folder of the pictures
 */
public record Spelling(
        TextTokenizer tokenizer,
        ChatTemplate template,
        ConversationEncoder encoder,
        ClipPreprocessing preprocessing,
        ImageAspect aspect,
        Path images)
        implements AutoCloseable {
    /**
     * Reads a model folder's tokenizer and picture settings.
     *
     * @param template null to guess, which is told
     * @param aspect null for pad
     * @param maxLength the greatest number of tokens of a conversation
     * @throws InvalidInput when a file is missing, broken or another model's
     */
    public static Spelling of(
            Path folder,
            LlavaConfig config,
            @Nullable ChatTemplate template,
            @Nullable ImageAspect aspect,
            int maxLength,
            Path images,
            Consumer<String> told) {
        TextTokenizer tokenizer = TextTokenizer.open(folder);
        if (tokenizer.vocabularySize() > config.text().vocabulary()) {
            throw new InvalidInput(
                    folder.resolve("tokenizer.json").toString(),
                    "has ids up to " + (tokenizer.vocabularySize() - 1) + ", but the model's embedding table has "
                            + config.text().vocabulary() + " rows; is it another model's tokenizer?");
        }
        ChatTemplate chosen = template;
        if (chosen == null) {
            ChatTemplate.Guess guess = ChatTemplate.guess(config.text().family(), tokenizer::has);
            told.accept("template " + guess.template().spelling() + ": " + guess.reason());
            chosen = guess.template();
        }
        ImageTokens image = new ImageTokens(config.imageToken(), config.imageTokens());
        return new Spelling(
                tokenizer,
                chosen,
                new ConversationEncoder(tokenizer, chosen, image, maxLength, images),
                preprocessing(folder, config),
                aspect == null ? ImageAspect.PAD : aspect,
                images);
    }

    private static ClipPreprocessing preprocessing(Path folder, LlavaConfig config) {
        Path file = folder.resolve("preprocessor_config.json");
        int side = config.vision().imageSize();
        ClipPreprocessing found = Files.exists(file) ? ClipPreprocessing.read(file) : ClipPreprocessing.ofSide(side);
        if (found.outputWidth() != side || found.outputHeight() != side) {
            throw new InvalidInput(
                    file.toString(),
                    "gives pictures of " + found.outputWidth() + "x" + found.outputHeight() + ", but the tower takes "
                            + side + "x" + side);
        }
        return found;
    }

    /** A picture file as the tower takes it, [3, side, side]. */
    public float[] pixels(Path picture) {
        return preprocessing.pixels(PictureDecoder.decode(picture), aspect);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
