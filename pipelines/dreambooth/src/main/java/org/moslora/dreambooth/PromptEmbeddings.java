package org.moslora.dreambooth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.generation.image.LoadedTexts;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.TextReading;
import org.moslora.generation.image.TorchPromptEncoder;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * What the text encoders make of texts. Where they are not trained every text is encoded once, and they are let go when
 * no other text can come; they are not even loaded where every text is in the cache.
 */
final class PromptEmbeddings implements PromptEncoder, AutoCloseable {
    private static final String STATES = "states";
    private static final String POOLED = "pooled";
    private static final int SHOWN = 40;

    private final Map<String, WeightSource> known = new HashMap<>();
    private final TextReading reading;
    private final boolean zeroForNothing;
    private final Lent<LoadedTexts> texts;

    /**
     * @param loading asked for the encoders when they are first needed
     * @param zeroForNothing whether an absent text stands for zeros and not for the empty text
     * @param length tokens of a text that count; 0 where the encoder has one length
     */
    PromptEmbeddings(Supplier<LoadedTexts> loading, boolean zeroForNothing, int length) {
        this.texts = new Lent<>("the text encoders were let go", loading, LoadedTexts::close);
        this.reading = new TextReading(0, length);
        this.zeroForNothing = zeroForNothing;
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
        if (texts.get() instanceof TorchPromptEncoder trainable) {
            return trainable;
        }
        throw new IllegalStateException("this model's text encoder is not trained");
    }

    /** Loads the encoders now, where others must see that they come. */
    void load() {
        texts.get();
    }

    /**
     * Encodes texts for good.
     *
     * @param encoders which they are
     */
    void fill(List<String> prompts, EncodedCache cache, String encoders) {
        for (String text : prompts) {
            known.computeIfAbsent(text, absent -> {
                String madeOf = encoders + " " + reading + " " + text;
                return cache.of("texts", text, "\"" + shown(text) + "\"", madeOf, () -> tensors(encoded(text)));
            });
        }
    }

    private static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private static List<TensorData> tensors(PromptEmbedding words) {
        List<TensorData> tensors = new ArrayList<>();
        float[] states = words.states();
        float[] pooled = words.pooled();
        tensors.add(TensorData.of(STATES, List.of((long) states.length), states));
        if (pooled != null) {
            tensors.add(TensorData.of(POOLED, List.of((long) pooled.length), pooled));
        }
        return tensors;
    }

    /** Lets the encoders go: only texts that are known will be asked for. */
    void release() {
        texts.close();
    }

    /** A text as it is read in training. */
    PromptEmbedding of(String text) {
        return of(text, reading);
    }

    @Override
    public PromptEmbedding of(String text, TextReading asked) {
        WeightSource words = known.get(text);
        if (words == null) {
            return encoded(text);
        }
        boolean pooled = words.names().contains(POOLED);
        return new PromptEmbedding(HalfFloats.floats(words, STATES), pooled ? HalfFloats.floats(words, POOLED) : null);
    }

    @Override
    public boolean zeroForNothing() {
        return zeroForNothing;
    }

    private PromptEmbedding encoded(String text) {
        return texts.get().of(text, reading);
    }

    @Override
    public void close() {
        release();
        known.values().forEach(WeightSource::close);
    }
}
