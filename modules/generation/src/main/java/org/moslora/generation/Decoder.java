package org.moslora.generation;

import java.util.List;
import org.moslora.examples.image.PictureInput;

/** What answering asks of an engine: one stretch of tokens in, the logits that follow it out. */
public interface Decoder {
    /** A conversation that has not begun, with room for so many tokens. */
    Session open(int room);

    /** Answers that are to grow side by side out of one prompt, with room for so many tokens, prompt included. */
    Branches branches(int room);

    /** One conversation and what the engine remembers of it. */
    interface Session extends AutoCloseable {
        /**
         * Continues the conversation.
         *
         * @param ids new tokens, at least one, image tokens widened
         * @param pictures pixels of the pictures whose tokens are among them
         * @return logits of the token that follows, one for each row of the vocabulary
         */
        float[] next(int[] ids, List<PictureInput> pictures);

        /** Tokens so far. */
        int length();

        /** Makes sure of room for so many tokens in all; for engines that do not take it as it comes. */
        default void reserve(int room) {}

        /** Forgets everything after the first {@code length} tokens. */
        void rewind(int length);

        @Override
        void close();
    }
    /** Conversations that begin alike, and what the engine remembers of each. At first there is one. */
    interface Branches extends AutoCloseable {
        /**
         * Begins the first.
         *
         * @param prompt ids up to where the answer starts
         * @param pictures pixels of the prompt's image tokens
         * @return logits of the token that follows
         */
        float[] begin(int[] prompt, List<PictureInput> pictures);

        /**
         * Goes on, each with one token more.
         *
         * @param from for each conversation from now on, the number of the one that it goes on from; may be more than
         *     before
         * @param tokens one for each
         * @return logits of the tokens that follow, one conversation after the other
         */
        float[] grow(int[] from, int[] tokens);

        @Override
        void close();
    }
}
