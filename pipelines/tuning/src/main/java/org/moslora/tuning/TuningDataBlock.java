package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Further;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.Spellings;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.DataFormat;
import org.moslora.datasets.OnBadSample;
import org.moslora.examples.Order;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PixelLimits;
import org.moslora.examples.text.BoxHandling;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.problems.InvalidInput;

/** The recipe's {@code data:} block. */
public record TuningDataBlock(
        @Meaning("conversation files, JSON or JSON lines") @MustExist(MustExist.Thing.FILE)
        List<Path> conversations,

        @Meaning("how they are laid out; what each row shows if absent") @Nullable
        DataFormat format,

        @Meaning("the folder of the pictures") @Nullable @MustExist(MustExist.Thing.FOLDER)
        Path images,

        @Meaning("how a conversation is spelt; if absent what the data's format has, else guessed from the model")
        @Nullable
        ChatTemplate template,

        @Default("pad") @Meaning("pad to a square, or crop") ImageAspect imageAspect,

        @Default("0")
        @Meaning("fewest pixels of a picture that keeps its own resolution; 0: what the model's folder says")
        int minPixels,

        @Default("0") @Meaning("most pixels of such a picture; 0: what the model's folder says")
        int maxPixels,

        @Default("moved")
        @Meaning("boxes in texts, for a model that counts pixels of the resized picture: moved from those of the file,"
                + " or as-written")
        BoxHandling boxes,

        @Default("2048") @Meaning("tokens of a conversation, image tokens counted as widened")
        int maxLength,

        @Default("false") @Meaning("learn questions as answers are learnt")
        boolean trainOnInputs,

        @Default("shuffled") Order order,

        @Default("error") @Meaning("error, or skip at most 1 % of the rows")
        OnBadSample onBadSample,

        @Default("0.5") @Meaning("GiB in which a frozen tower's features of pictures are kept for later epochs")
        double featureMemoryGib,

        @Meaning("how often its rows come, compared with those of weight 1") @Nullable
        Double weight,

        @Meaning("further data sets, also as a list in the place of this block") @Further @Nullable
        List<DataSetBlock> more) {
    public TuningDataBlock {
        DataSetBlock.check(weight);
        more = more == null ? null : List.copyOf(more);
        if (maxLength < 2) {
            throw new InvalidInput("max_length", "must be at least 2, got " + maxLength);
        }
        if (minPixels < 0 || maxPixels < 0) {
            throw new InvalidInput("min_pixels, max_pixels", "must be at least 0, got " + minPixels + ", " + maxPixels);
        }
        if (!(featureMemoryGib >= 0)) {
            throw new InvalidInput("feature_memory_gib", "must be at least 0, got " + featureMemoryGib);
        }
        conversations = List.copyOf(conversations);
    }

    /** How the block's words are spelt, with those that a recipe has besides. */
    public static Spellings spellings(Spellings others) {
        return others.with(ChatTemplate.class, name -> ChatTemplate.named("template", name), ChatTemplate::spelling)
                .with(ImageAspect.class, name -> ImageAspect.named("image_aspect", name), ImageAspect::spelling)
                .with(BoxHandling.class, name -> BoxHandling.named("boxes", name), BoxHandling::spelling)
                .with(Order.class, name -> Order.named("order", name), Order::spelling)
                .with(DataFormat.class, name -> DataFormat.named("format", name), DataFormat::spelling)
                .with(OnBadSample.class, name -> OnBadSample.named("on_bad_sample", name), OnBadSample::spelling);
    }

    /** How the conversations are to be spelt. */
    Processor.Choice spelling() {
        Path folder = images == null ? beside(conversations) : images;
        if (more != null) {
            folder = sets().stream().map(DataSetBlock::folder).reduce(folder.toAbsolutePath(), TuningDataBlock::above);
        }
        return new Processor.Choice(
                template,
                usual(format, conversations),
                imageAspect,
                new PixelLimits(minPixels, maxPixels),
                boxes,
                maxLength,
                trainOnInputs,
                folder);
    }

    /** All data sets, in their order. */
    List<DataSetBlock> sets() {
        List<DataSetBlock> sets = new ArrayList<>();
        sets.add(new DataSetBlock(conversations, format, images, weight));
        sets.addAll(more == null ? List.of() : more);
        return sets;
    }

    /** The nearest folder that both are in. */
    private static Path above(Path one, Path other) {
        Path common = one.normalize();
        while (common.getParent() != null && !other.startsWith(common)) {
            common = common.getParent();
        }
        return common;
    }

    /** The template that goes with a format, or else with what the first file shows; null if none does. */
    public static @Nullable ChatTemplate usual(@Nullable DataFormat format, List<Path> conversations) {
        DataFormat shown =
                format == null ? ConversationFiles.shown(conversations.get(0)).orElse(null) : format;
        return shown == null ? null : shown.template().orElse(null);
    }

    /** Where pictures are looked for when nobody names a folder: beside the conversations. */
    static Path beside(List<Path> conversations) {
        Path parent = conversations.get(0).toAbsolutePath().getParent();
        return parent == null ? Path.of("") : parent;
    }
}
