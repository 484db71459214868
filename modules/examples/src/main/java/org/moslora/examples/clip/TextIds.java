package org.moslora.examples.clip;

/** A vocabulary at work: the ids of a text, without marks at its ends. */
sealed interface TextIds extends AutoCloseable permits PairEncodedText, LibraryText {
    int[] ids(String text);

    /**
     * The id of one token.
     *
     * @throws org.moslora.problems.InvalidInput if there is no such token
     */
    int id(String token);

    @Override
    void close();
}
