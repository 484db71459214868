package org.moslora.examples.text;

import java.nio.file.Path;
import org.moslora.examples.tokenizer.Tokens;
import org.moslora.problems.InvalidInput;

/** Text to token ids and back. Safe to use from several threads. */
public interface TextTokenizer extends AutoCloseable {
    /**
     * The tokenizer of a model folder, read from its tokenizer.json; nothing is fetched from anywhere.
     *
     * @param folder the model's folder
     * @throws InvalidInput if there is no tokenizer.json (the message says what there is) or it cannot be read
     */
    static TextTokenizer open(Path folder) {
        return TokenizerFolder.open(folder);
    }

    /** The ids of a text, none added at its ends, however long. */
    default int[] encode(String text) {
        return tokens(text).ids();
    }

    /** The same, with the places of the tokens in the text. */
    Tokens tokens(String text);

    /**
     * The text of ids.
     *
     * @param skipSpecial whether to leave out special tokens
     */
    String decode(int[] ids, boolean skipSpecial);

    /**
     * The id of one token.
     *
     * @throws InvalidInput naming the token if the vocabulary lacks it
     */
    int tokenId(String token);

    /** How the token of an id is written; empty if there is none. */
    String token(int id);

    /** Whether the vocabulary has this token. */
    boolean has(String token);

    /** What the tokenizer itself puts in front of a text when asked for special tokens: usually one BOS, or nothing. */
    int[] opening();

    /**
     * The token that the model folder ends a text with.
     *
     * @throws InvalidInput if the folder does not say
     */
    int end();

    /** One more than the highest id: how many rows of embeddings the tokenizer needs. */
    int vocabularySize();

    @Override
    void close();
}
