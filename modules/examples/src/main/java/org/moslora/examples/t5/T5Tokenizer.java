package org.moslora.examples.t5;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.moslora.examples.clip.ClipTokens;
import org.moslora.examples.tokenizer.NativeTokenizer;
import org.moslora.examples.tokenizer.TokenizerJson;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** Prompts to token ids of T5, padded to a length. Safe to use from several threads. */
public final class T5Tokenizer implements AutoCloseable {
    private static final String FILE = "tokenizer.json";
    private static final String PIECES = "spiece.model";
    private static final String PADDING = "<pad>";
    private static final String END = "</s>";

    private final NativeTokenizer text;
    private final int end;
    private final int padding;

    private T5Tokenizer(TokenizerJson file) {
        this.end = id(file, END);
        this.padding = id(file, PADDING);
        this.text = NativeTokenizer.open(file);
    }

    private static int id(TokenizerJson file, String token) {
        Integer id = file.vocabulary().get(token);
        if (id == null) {
            throw new InvalidInput(file.where(), "has no token '" + token + "'; is it the tokenizer of a T5?");
        }
        return id;
    }

    /**
     * Opens a tokenizer folder; nothing is fetched from anywhere.
     *
     * @throws InvalidInput if its tokenizer.json is missing or broken
     */
    public static T5Tokenizer open(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInput(
                    file.toString(),
                    "is absent; "
                            + (Files.isRegularFile(folder.resolve(PIECES))
                                    ? PIECES + " beside it is not read: have transformers save the tokenizer once"
                                    : "was the model downloaded completely?"));
        }
        try {
            return new T5Tokenizer(TokenizerJson.read(file.toString(), InputFile.bytes(file)));
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /** The ids of a text, so many; if it is too long its end is cut off, the end mark kept. */
    public ClipTokens encode(String prompt, int length) {
        int[] words = text.tokens(prompt, false).ids();
        int kept = Math.min(words.length, length - 1);
        int[] ids = new int[length];
        Arrays.fill(ids, padding);
        System.arraycopy(words, 0, ids, 0, kept);
        ids[kept] = end;
        return new ClipTokens(ids, words.length + 1);
    }

    @Override
    public void close() {
        text.close();
    }
}
