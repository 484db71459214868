package org.moslora.dreambooth;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.generation.image.LoadedTexts;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.TextReading;
import org.moslora.generation.image.TorchPromptEncoder;

/**
 * What the text encoders make of texts. Where they are not trained every text is encoded once, and they are let go when
 * no other text can come.
 */
final class PromptEmbeddings implements PromptEncoder, AutoCloseable {
    private final Map<String, PromptEmbedding> known = new HashMap<>();
    private final TextReading reading;
    private final boolean zeroForNothing;
    private @Nullable LoadedTexts texts;

    /** @param length tokens of a text that count; 0 where the encoder has one length */
    PromptEmbeddings(LoadedTexts texts, int length) {
        this.texts = texts;
        this.reading = new TextReading(0, length);
        this.zeroForNothing = texts.zeroForNothing();
    }

    /** The encoders themselves, of those that can be trained. */
    TextEncoders encoders() {
        return trainable().encoders();
    }

    /** From texts to the ids of each encoder. */
    List<List<int[]>> ids(List<String> prompts) {
        List<List<int[]>> ids =
                prompts.stream().map(prompt -> trainable().tokens().ids(prompt)).toList();
        return IntStream.range(0, ids.get(0).size())
                .mapToObj(encoder -> ids.stream().map(each -> each.get(encoder)).toList())
                .toList();
    }

    private TorchPromptEncoder trainable() {
        if (present() instanceof TorchPromptEncoder trainable) {
            return trainable;
        }
        throw new IllegalStateException("this model's text encoder is not trained");
    }

    private LoadedTexts present() {
        LoadedTexts present = texts;
        if (present == null) {
            throw new IllegalStateException("the text encoders were let go");
        }
        return present;
    }

    /** Encodes texts for good. */
    void fill(List<String> prompts) {
        prompts.forEach(text -> known.computeIfAbsent(text, this::encoded));
    }

    /** Lets the encoders go: only texts that are known will be asked for. */
    void release() {
        LoadedTexts present = texts;
        if (present != null) {
            present.close();
            texts = null;
        }
    }

    /** A text as it is read in training. */
    PromptEmbedding of(String text) {
        return of(text, reading);
    }

    @Override
    public PromptEmbedding of(String text, TextReading asked) {
        PromptEmbedding words = known.get(text);
        return words == null ? encoded(text) : words;
    }

    @Override
    public boolean zeroForNothing() {
        return zeroForNothing;
    }

    private PromptEmbedding encoded(String text) {
        return present().of(text, reading);
    }

    @Override
    public void close() {
        release();
    }
}
