package org.moslora.examples.clip;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.moslora.problems.InvalidInput;

/** Prompts to token ids of a fixed length. Safe to use from several threads. */
public final class ClipTokenizer implements AutoCloseable {
    private final TextIds text;
    private final int length;
    private final int start;
    private final int end;
    private final int padding;

    private ClipTokenizer(TextIds text, TokenizerSettings settings) {
        this.text = text;
        this.length = settings.length();
        this.start = text.id(settings.start());
        this.end = text.id(settings.end());
        this.padding = text.id(settings.padding());
    }

    /**
     * Opens a tokenizer folder; nothing is fetched from anywhere.
     *
     * @param folder {@code tokenizer} or {@code tokenizer_2} of a model: with tokenizer.json, or else vocab.json and
     *     merges.txt; tokenizer_config.json and special_tokens_map.json say the marks, the padding and the length
     * @throws InvalidInput if files are missing (the message says what there is) or broken
     */
    public static ClipTokenizer open(Path folder) {
        TokenizerSettings settings = TokenizerSettings.read(folder);
        TextIds text = Files.isRegularFile(folder.resolve(LibraryText.FILE))
                ? LibraryText.open(folder)
                : PairEncodedText.open(folder, settings);
        try {
            return new ClipTokenizer(text, settings);
        } catch (InvalidInput unusable) {
            text.close();
            throw unusable;
        }
    }

    /** How many positions a text is padded or cut to: model_max_length, usually 77. */
    public int length() {
        return length;
    }

    /** The id that fills what a text leaves: the end mark, or in some models that of "!". */
    public int padding() {
        return padding;
    }

    /** The id that ends a text, at which some encoders pool. */
    public int end() {
        return end;
    }

    /** The ids of a text; if it is too long its end is cut off, the end mark kept. */
    public ClipTokens encode(String prompt) {
        int[] words = text.ids(wellFormed(prompt));
        int kept = Math.min(words.length, length - 2);
        int[] ids = new int[length];
        Arrays.fill(ids, padding);
        ids[0] = start;
        System.arraycopy(words, 0, ids, 1, kept);
        ids[kept + 1] = end;
        return new ClipTokens(ids, words.length + 2);
    }

    /** Half of a surrogate pair has no UTF-8; it becomes the replacement character. */
    private static String wellFormed(String text) {
        StringBuilder builder = new StringBuilder(text.length());
        text.codePoints().forEach(point -> builder.appendCodePoint(isHalf(point) ? 0xfffd : point));
        return builder.toString();
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    @Override
    public void close() {
        text.close();
    }
}
