package org.moslora.tuning;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ClipPreprocessing;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.quality.PictureNeeds;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.ConversationEncoder;
import org.moslora.examples.text.ImageTokens;
import org.moslora.examples.text.TextTokenizer;
import org.moslora.llama.BackboneFolder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;

/**
 * How one model wants its conversations and pictures: the part of a model folder that is not weights.
 *
 * @param tokenizer from {@code tokenizer.json}
 * @param template how turns are spelt
 * @param encoder conversations to ids and labels
 * @param pictures how pictures are prepared; null for a model that takes none
 * @param images the folder of the pictures
 */
public record Processor(
        TextTokenizer tokenizer,
        ChatTemplate template,
        ConversationEncoder encoder,
        @Nullable Pictures pictures,
        Path images)
        implements AutoCloseable {
    /**
     * How pictures become pixels.
     *
     * @param preprocessing from {@code preprocessor_config.json}
     * @param aspect pad or crop
     */
    public record Pictures(ClipPreprocessing preprocessing, ImageAspect aspect) {}

    /**
     * What a user has to say about it.
     *
     * @param template null for what the adapter records, or the model folder, then the usual
     * @param usual the template that goes with the data; null to guess by the model, which is told
     * @param aspect null for what they record, then pad
     * @param maxLength the greatest number of tokens of a conversation
     * @param onInputs whether questions are learnt as answers are
     * @param images the folder of the pictures
     */
    public record Choice(
            @Nullable ChatTemplate template,
            @Nullable ChatTemplate usual,
            @Nullable ImageAspect aspect,
            int maxLength,
            boolean onInputs,
            Path images) {
        /** Nothing: template and aspect are what an adapter records, and nothing is cut. */
        public static Choice open(Path images) {
            return of(null, null, null, images);
        }

        /** As a user says it who scores or asks a model, and does not teach it. */
        public static Choice of(
                @Nullable ChatTemplate template,
                @Nullable ChatTemplate usual,
                @Nullable ImageAspect aspect,
                Path images) {
            return new Choice(template, usual, aspect, Integer.MAX_VALUE, false, images);
        }

        /** The same, what it leaves open being this. */
        Choice or(@Nullable ChatTemplate otherTemplate, @Nullable ImageAspect otherAspect) {
            return new Choice(
                    template == null ? otherTemplate : template,
                    usual,
                    aspect == null ? otherAspect : aspect,
                    maxLength,
                    onInputs,
                    images);
        }
    }

    /**
     * Reads a model folder's tokenizer and picture settings.
     *
     * @throws InvalidInput when a file is missing, broken or another model's
     */
    public static Processor of(BackboneFolder folder, Choice choice, Messages messages) {
        LlavaConfig llava = folder instanceof LlavaFolder one ? one.config() : null;
        return of(folder.path(), folder.text(), llava, choice, messages);
    }

    /**
     * As {@link #of(BackboneFolder, Choice, Messages)}, whatever the weights are in.
     *
     * @param llava the config of the whole; null for a model that takes no pictures
     */
    public static Processor of(
            Path folder, LanguageModelConfig text, @Nullable LlavaConfig llava, Choice said, Messages messages) {
        ProcessorFile note = ProcessorFile.of(folder);
        Choice choice = said.or(note.template(), note.aspect());
        TextTokenizer tokenizer = TextTokenizer.open(folder);
        int rows = text.vocabulary();
        if (tokenizer.vocabularySize() > rows) {
            throw new InvalidInput(
                    folder.resolve("tokenizer.json").toString(),
                    "has ids up to " + (tokenizer.vocabularySize() - 1) + ", but the model's embedding table has "
                            + rows + " rows; is it another model's tokenizer?");
        }
        ChatTemplate template = template(text, choice, llava != null, tokenizer, messages);
        ImageTokens image = llava == null ? ImageTokens.NONE : new ImageTokens(llava.imageToken(), llava.imageTokens());
        return new Processor(
                tokenizer,
                template,
                new ConversationEncoder(
                        tokenizer, template, image, choice.maxLength(), choice.images(), choice.onInputs()),
                llava == null ? null : pictures(folder, llava, choice.aspect()),
                choice.images());
    }

    private static ChatTemplate template(
            LanguageModelConfig text, Choice choice, boolean pictures, TextTokenizer tokenizer, Messages messages) {
        ChatTemplate said = choice.template() == null ? choice.usual() : choice.template();
        if (said != null) {
            return said;
        }
        ChatTemplate.Guess guess = ChatTemplate.guess(text.family(), pictures, tokenizer::has);
        messages.tell("template " + guess.template().spelling() + ": " + guess.reason());
        return guess.template();
    }

    private static Pictures pictures(Path folder, LlavaConfig config, @Nullable ImageAspect aspect) {
        Path file = folder.resolve("preprocessor_config.json");
        int side = config.vision().imageSize();
        ClipPreprocessing found = Files.exists(file) ? ClipPreprocessing.read(file) : ClipPreprocessing.ofSide(side);
        if (found.outputWidth() != side || found.outputHeight() != side) {
            throw new InvalidInput(
                    file.toString(),
                    "gives pictures of " + found.outputWidth() + "x" + found.outputHeight() + ", but the tower takes "
                            + side + "x" + side);
        }
        return new Pictures(found, aspect == null ? ImageAspect.PAD : aspect);
    }

    /** How the pictures are made square; null for a model that takes none. */
    public @Nullable String aspect() {
        return pictures == null ? null : pictures.aspect().spelling();
    }

    /** How large pictures should be, so that none is enlarged; null for a model that takes none. */
    @Nullable
    PictureNeeds needs() {
        return pictures == null
                ? null
                : new PictureNeeds(
                        pictures.preprocessing().outputWidth(), pictures.aspect() == ImageAspect.PAD, "the model");
    }

    /** A picture file as the tower takes it, [3, side, side]. */
    public float[] pixels(Path picture) {
        if (pictures == null) {
            throw new InvalidInput(picture.toString(), "is a picture, and the model takes none");
        }
        return pictures.preprocessing().pixels(PictureDecoder.decode(picture), pictures.aspect());
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
