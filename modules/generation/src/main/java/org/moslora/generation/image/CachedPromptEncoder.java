package org.moslora.generation.image;

import java.util.LinkedHashMap;
import java.util.Map;

/** Other {@link PromptEncoder}, of which what was asked last is remembered: batches ask for the same negative again and again. */
public final class CachedPromptEncoder implements PromptEncoder {
    private static final long REMEMBERED_BYTES = 64L << 20;

    private final PromptEncoder texts;
    private final Map<Asked, PromptEmbedding> remembered = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Asked(String text, TextReading reading) {}

    /** The texts stay their owner's. */
    public CachedPromptEncoder(PromptEncoder texts) {
        this.texts = texts;
    }

    @Override
    public PromptEmbedding of(String text, TextReading reading) {
        Asked asked = new Asked(text, reading);
        PromptEmbedding known = remembered.get(asked);
        if (known != null) {
            return known;
        }
        PromptEmbedding words = texts.of(text, reading);
        remembered.put(asked, words);
        bytes += words.bytes();
        while (bytes > REMEMBERED_BYTES && remembered.size() > 1) {
            Map.Entry<Asked, PromptEmbedding> oldest =
                    remembered.entrySet().iterator().next();
            bytes -= oldest.getValue().bytes();
            remembered.remove(oldest.getKey());
        }
        return words;
    }

    @Override
    public boolean zeroForNothing() {
        return texts.zeroForNothing();
    }
}
