package org.moslora.visual;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Existing;
import org.moslora.console.recipe.Means;
import org.moslora.datasets.DataFormat;
import org.moslora.datasets.OnBadSample;
import org.moslora.examples.Order;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.ConversationsBlock;
import org.moslora.tuning.Spelling;

/** The recipe's {@code data:} block. */
public record DataBlock(
        @Means("conversation files, JSON or JSON lines") @Existing(Existing.Thing.FILE)
        List<Path> conversations,

        @Means("how they are laid out; what each row shows if absent") @Nullable
        DataFormat format,

        @Means("the folder of the pictures") @Nullable @Existing(Existing.Thing.FOLDER)
        Path images,

        @Means("how a conversation is spelt; guessed from the model if absent") @Nullable
        ChatTemplate template,

        @Default("pad") @Means("pad to a square, or crop") ImageAspect imageAspect,

        @Default("2048") @Means("tokens of a conversation, image tokens counted as widened")
        int maxLength,

        @Default("shuffled") Order order,

        @Default("error") @Means("error, or skip at most 1 % of the rows")
        OnBadSample onBadSample,

        @Default("0.5") @Means("GiB in which a frozen tower's features of pictures are kept for later epochs")
        double featureMemoryGib)
        implements ConversationsBlock {
    public DataBlock {
        if (maxLength < 2) {
            throw new InvalidInput("max_length", "must be at least 2, got " + maxLength);
        }
        if (!(featureMemoryGib >= 0)) {
            throw new InvalidInput("feature_memory_gib", "must be at least 0, got " + featureMemoryGib);
        }
        conversations = List.copyOf(conversations);
    }

    @Override
    public Spelling.Choice spelling() {
        Path folder = images == null ? ConversationsBlock.beside(conversations) : images;
        return new Spelling.Choice(template, imageAspect, maxLength, folder);
    }
}
