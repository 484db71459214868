package org.moslora.tuning;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.image.PixelLimits;
import org.moslora.examples.image.UprightSize;
import org.moslora.examples.quality.PictureNeeds;
import org.moslora.examples.text.BoxHandling;
import org.moslora.examples.text.BoxUnits;
import org.moslora.examples.text.Boxes;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.ConversationEncoder;
import org.moslora.examples.text.ImageTokens;
import org.moslora.examples.text.ObjectTags;
import org.moslora.examples.text.Resizing;
import org.moslora.examples.text.ShownPicture;
import org.moslora.examples.text.TextTokenizer;
import org.moslora.llama.BackboneFolder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;

/**
 * How one model wants its conversations and pictures: the part of a model folder that is not weights.
 *
 * @param tokenizer from {@code tokenizer.json}
 * @param template how turns are spelt
 * @param encoder conversations to ids and labels
 * @param pictures how pictures are prepared; null for a model that takes none
 * @param boxes in what the model counts where something lies in a picture
 * @param handling what becomes of boxes in texts
 * @param sizes those of the files that were looked at
 * @param images the folder of the pictures
 */
public record Processor(
        TextTokenizer tokenizer,
        ChatTemplate template,
        ConversationEncoder encoder,
        @Nullable PicturePreparation pictures,
        BoxUnits boxes,
        BoxHandling handling,
        Map<Path, UprightSize> sizes,
        Path images)
        implements AutoCloseable {
    /**
     * What a user has to say about it.
     *
     * @param template null for what the adapter records, or the model folder, then the usual
     * @param usual the template that goes with the data; null to guess by the model, which is told
     * @param aspect null for what they record, then pad
     * @param pixels of pictures that keep their own resolution; what is not said is what they record, or the folder says
     * @param boxes null for what they record, then moved
     * @param maxLength the greatest number of tokens of a conversation
     * @param onInputs whether questions are learnt as answers are
     * @param images the folder of the pictures
     */
    public record Choice(
            @Nullable ChatTemplate template,
            @Nullable ChatTemplate usual,
            @Nullable ImageAspect aspect,
            PixelLimits pixels,
            @Nullable BoxHandling boxes,
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
            return new Choice(template, usual, aspect, PixelLimits.NONE, null, Integer.MAX_VALUE, false, images);
        }

        /** The same, what it leaves open being this. */
        Choice or(
                @Nullable ChatTemplate otherTemplate,
                @Nullable ImageAspect otherAspect,
                PixelLimits otherPixels,
                @Nullable BoxHandling otherBoxes) {
            return new Choice(
                    template == null ? otherTemplate : template,
                    usual,
                    aspect == null ? otherAspect : aspect,
                    pixels.or(otherPixels),
                    boxes == null ? otherBoxes : boxes,
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
        MultimodalConfig seeing = folder instanceof MultimodalFolder<?> one ? one.config() : null;
        return of(folder.path(), folder.text(), seeing, choice, messages);
    }

    /**
     * As {@link #of(BackboneFolder, Choice, Messages)}, whatever the weights are in.
     *
     * @param seeing the config of the whole; null for a model that takes no pictures
     */
    public static Processor of(
            Path folder, LanguageModelConfig text, @Nullable MultimodalConfig seeing, Choice said, Messages messages) {
        ProcessorFile note = ProcessorFile.of(folder);
        Choice choice = said.or(note.template(), note.aspect(), note.pixels(), note.boxes());
        TextTokenizer tokenizer = TextTokenizer.open(folder);
        int rows = text.vocabulary();
        if (tokenizer.vocabularySize() > rows) {
            throw new InvalidInput(
                    folder.resolve("tokenizer.json").toString(),
                    "has ids up to " + (tokenizer.vocabularySize() - 1) + ", but the model's embedding table has "
                            + rows + " rows; is it another model's tokenizer?");
        }
        ChatTemplate template = template(text, choice, seeing, tokenizer, messages);
        PicturePreparation pictures = seeing == null
                ? null
                : seeing.preparation(folder, choice.aspect()).within(choice.pixels());
        Map<Path, UprightSize> sizes = new ConcurrentHashMap<>();
        BoxUnits units = seeing == null ? BoxUnits.UNSAID : seeing.boxes();
        BoxHandling handling = choice.boxes() == null ? BoxHandling.MOVED : choice.boxes();
        boolean moves = units == BoxUnits.PIXELS && handling == BoxHandling.MOVED;
        ImageTokens image = seeing == null || pictures == null
                ? ImageTokens.NONE
                : new ImageTokens(
                        seeing.imageToken(),
                        seeing.tags(),
                        (file, alone) -> tokens(pictures, sizes, file, alone),
                        (moves ? Boxes.moved(file -> resizing(pictures, sizes, file)) : Boxes.AS_WRITTEN)
                                .with(new ObjectTags(
                                        units,
                                        seeing.objects(),
                                        handling == BoxHandling.MOVED,
                                        file -> resizing(pictures, sizes, file))));
        return new Processor(
                tokenizer,
                template,
                new ConversationEncoder(
                        tokenizer, template, image, choice.maxLength(), choice.images(), choice.onInputs()),
                pictures,
                units,
                handling,
                sizes,
                choice.images());
    }

    private static Resizing resizing(PicturePreparation pictures, Map<Path, UprightSize> sizes, Path file) {
        UprightSize own = sizes.computeIfAbsent(file, UprightSize::read);
        return new Resizing(own, pictures.seen(own));
    }

    /** What becomes of the boxes that rows say of their pictures. */
    BoxCheck boxCheck() {
        return new BoxCheck(
                boxes, handling, name -> resizing(Objects.requireNonNull(pictures), sizes, images.resolve(name)));
    }

    /** Of a picture, whose file is looked at only where its size counts, and then once. */
    private static int tokens(PicturePreparation pictures, Map<Path, UprightSize> sizes, Path file, boolean alone) {
        UprightSize any = new UprightSize(1, 1);
        return pictures.tokens(pictures.countsBySize() ? sizes.computeIfAbsent(file, UprightSize::read) : any, alone);
    }

    private static ChatTemplate template(
            LanguageModelConfig text,
            Choice choice,
            @Nullable MultimodalConfig seeing,
            TextTokenizer tokenizer,
            Messages messages) {
        ChatTemplate said = choice.template() == null ? choice.usual() : choice.template();
        if (said != null) {
            return said;
        }
        ChatTemplate.Guess guess = seeing == null
                ? ChatTemplate.guess(text.family(), false, tokenizer::has)
                : seeing.template(tokenizer::has);
        messages.tell("template " + guess.template().spelling() + ": " + guess.reason());
        return guess.template();
    }

    /** How the pictures are made square; null for a model that takes none, or leaves no choice. */
    public @Nullable String aspect() {
        ImageAspect aspect = pictures == null ? null : pictures.aspect();
        return aspect == null ? null : aspect.spelling();
    }

    /** Between how many pixels the pictures have; null for a model that takes none, or makes them alike. */
    public @Nullable String pixels() {
        PixelLimits limits = pictures == null ? null : pictures.limits();
        return limits == null ? null : limits.spelling();
    }

    /** What becomes of boxes in texts, where that is not the usual; else null. */
    public @Nullable String handledBoxes() {
        return handling == BoxHandling.MOVED ? null : handling.spelling();
    }

    /** How large pictures should be, so that none is enlarged; null for a model that takes none. */
    @Nullable
    PictureNeeds needs() {
        return pictures == null ? null : new PictureNeeds(pictures.leastSide(), pictures.isWhole(), "the model");
    }

    /** A picture as the tower takes it. */
    public PictureInput input(ShownPicture picture) {
        if (pictures == null) {
            throw new InvalidInput(picture.file().toString(), "is a picture, and the model takes none");
        }
        return pictures.input(PictureDecoder.decode(picture.file()), picture.alone());
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
