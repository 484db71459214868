package org.moslora.generation;

import java.util.List;

/** What answering asks of an engine: one stretch of tokens in, the logits that follow it out. */
public interface Decoder {
    /** A conversation that has not begun, with room for so many tokens. */
    Session open(int room);

    /** One conversation and what the engine remembers of it. */
    interface Session extends AutoCloseable {
        /**
         * Continues the conversation.
         *
         * @param ids new tokens, at least one, image tokens widened
         * @param pictures pixels of the pictures whose tokens are among them
         * @return logits of the token that follows, one for each row of the vocabulary
         */
        float[] next(int[] ids, List<float[]> pictures);

        /** Tokens so far. */
        int length();

        /** Forgets everything after the first {@code length} tokens. */
        void rewind(int length);

        @Override
        void close();
    }
}
