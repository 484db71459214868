package org.moslora.examples.clip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.moslora.examples.tokenizer.NativeTokenizer;
import org.moslora.examples.tokenizer.TokenizerJson;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** Prompts to token ids of a fixed length. Safe to use from several threads. */
public final class ClipTokenizer implements AutoCloseable {
    private static final String FILE = "tokenizer.json";

    private final NativeTokenizer text;
    private final int length;
    private final int start;
    private final int end;
    private final int padding;

    private ClipTokenizer(TokenizerJson file, TokenizerSettings settings) {
        this.length = settings.length();
        this.start = id(file, settings.start());
        this.end = id(file, settings.end());
        this.padding = id(file, settings.padding());
        this.text = NativeTokenizer.open(file);
    }

    private static int id(TokenizerJson file, String token) {
        Integer id = file.vocabulary().get(token);
        if (id == null) {
            throw new InvalidInput(
                    file.where(), "has no token '" + token + "', which tokenizer_config.json beside it names");
        }
        return id;
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
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return new ClipTokenizer(PairFiles.read(folder, settings), settings);
        }
        try {
            return new ClipTokenizer(TokenizerJson.read(file.toString(), InputFile.bytes(file)), settings);
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /** How many positions a text is padded or cut to: model_max_length, usually 77. */
    public int length() {
        return length;
    }

    /** The highest id that a text may come to. */
    public long highest() {
        return text.highest();
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
        int[] words = text.tokens(prompt, false).ids();
        int kept = Math.min(words.length, length - 2);
        int[] ids = new int[length];
        Arrays.fill(ids, padding);
        ids[0] = start;
        System.arraycopy(words, 0, ids, 1, kept);
        ids[kept + 1] = end;
        return new ClipTokens(ids, words.length + 2);
    }

    @Override
    public void close() {
        text.close();
    }
}
