package org.moslora.dreambooth;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.generation.image.PictureModel;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.TorchPromptEncoder;

/**
 * What the text encoders make of texts. Where they are not trained every text is encoded once, and they are let go when
 * no other text can come.
 */
final class PromptEmbeddings implements PromptEncoder, AutoCloseable {
    private final PictureModel model;
    private final Map<String, PromptEmbedding> known = new HashMap<>();
    private @Nullable TextEncoders encoders;

    PromptEmbeddings(PictureModel model, TextEncoders encoders) {
        this.model = model;
        this.encoders = encoders;
    }

    /** The encoders themselves. */
    TextEncoders encoders() {
        TextEncoders present = encoders;
        if (present == null) {
            throw new IllegalStateException("the text encoders were let go");
        }
        return present;
    }

    /** Encodes texts for good. */
    void fill(List<String> texts) {
        texts.forEach(text -> known.computeIfAbsent(text, this::encoded));
    }

    /** Lets the encoders go: only texts that are known will be asked for. */
    void release() {
        TextEncoders present = encoders;
        if (present != null) {
            present.close();
            encoders = null;
        }
    }

    @Override
    public PromptEmbedding of(String text, int clipSkip) {
        PromptEmbedding words = known.get(text);
        return words == null ? encoded(text) : words;
    }

    @Override
    public boolean zeroForNothing() {
        return model.files().zeroForEmptyPrompt();
    }

    private PromptEmbedding encoded(String text) {
        return new TorchPromptEncoder(encoders(), model.tokens(), false).of(text, 0);
    }

    @Override
    public void close() {
        release();
    }
}
