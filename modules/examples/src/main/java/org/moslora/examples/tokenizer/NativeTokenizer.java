package org.moslora.examples.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;

/** The tokenizers library over one tokenizer.json. Safe to use from several threads. */
public final class NativeTokenizer implements AutoCloseable {
    /** Letters of one text. The library's own patterns, too, take a step or more for each, and it ends the process. */
    private static final int LONGEST = 1_000_000;

    static {
        // Else DJL asks for the machine's name at a cloud's address, and for native libraries that it does not find.
        Engine.stayOffline();
    }

    private final String where;
    private final HuggingFaceTokenizer tokenizer;
    private final List<BoundedPattern> patterns;
    private final long highest;

    private NativeTokenizer(TokenizerJson file, HuggingFaceTokenizer tokenizer, List<BoundedPattern> patterns) {
        this.where = file.where();
        this.highest = file.vocabulary().values().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(-1);
        this.tokenizer = tokenizer;
        this.patterns = patterns;
    }

    /**
     * Opens a tokenizer; nothing is read beside its file, and nothing looked up anywhere.
     *
     * @throws InvalidInput if the library refuses it
     */
    public static NativeTokenizer open(TokenizerJson file) {
        byte[] bytes = file.json().toString().getBytes(StandardCharsets.UTF_8);
        Map<String, String> options = Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
        try {
            return new NativeTokenizer(
                    file,
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options),
                    PartChecks.patterns(file));
        } catch (IOException | RuntimeException refused) {
            throw new InvalidInput(file.where(), "is no tokenizer that can be read: " + refused.getMessage());
        }
    }

    /** The highest id that its file gives a token. */
    public long highest() {
        return highest;
    }

    /**
     * A text's tokens.
     *
     * @param special whether the tokenizer may add what it opens and ends texts with
     * @throws InvalidInput if the text is too long
     */
    public Tokens tokens(String text, boolean special) {
        String whole = wellFormed(text);
        if (whole.length() > LONGEST) {
            throw new InvalidInput(
                    "text",
                    "has " + whole.length() + " letters, and " + LONGEST + " at most are read in one piece; it begins '"
                            + whole.substring(0, 40) + "'");
        }
        patterns.forEach(pattern -> pattern.mustTake(whole));
        Encoding encoding = encoding(whole, special);
        long[] ids = encoding.getIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] places = places(whole);
        Tokens tokens = new Tokens(new int[ids.length], new int[ids.length], new int[ids.length]);
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] > highest) {
                throw new InvalidInput(where, "puts in token " + ids[i] + ", but its vocabulary ends at " + highest);
            }
            // There is no span where a token stands for nothing in the text.
            @Nullable CharSpan span = i < spans.length ? spans[i] : null;
            tokens.ids()[i] = (int) ids[i];
            tokens.from()[i] = span == null ? 0 : place(places, span.getStart());
            tokens.to()[i] = span == null ? 0 : place(places, span.getEnd());
        }
        return tokens;
    }

    private Encoding encoding(String text, boolean special) {
        try {
            return tokenizer.encode(text, special, false);
        } catch (RuntimeException refused) {
            throw new InvalidInput(where, "cannot take a text: " + refused.getMessage());
        }
    }

    /** Where each character of a text begins, and the end: the library counts a pair of surrogates once. */
    private static int[] places(String text) {
        int count = text.codePointCount(0, text.length());
        int[] places = new int[count + 1];
        for (int i = 0; i < count; i++) {
            places[i + 1] = places[i] + Character.charCount(text.codePointAt(places[i]));
        }
        return places;
    }

    private static int place(int[] places, int character) {
        return places[Math.min(character, places.length - 1)];
    }

    /** Half of a surrogate pair has no UTF-8; it becomes the replacement character. */
    private static String wellFormed(String text) {
        if (text.codePoints().noneMatch(NativeTokenizer::isHalf)) {
            return text;
        }
        StringBuilder builder = new StringBuilder(text.length());
        text.codePoints().forEach(point -> builder.appendCodePoint(isHalf(point) ? 0xfffd : point));
        return builder.toString();
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    /**
     * The text of ids.
     *
     * @param skipSpecial whether to leave out special tokens
     */
    public String decode(int[] ids, boolean skipSpecial) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
