package org.moslora.generation;

import java.util.List;
import org.moslora.examples.Example;

/** A model that conversations are continued and scored with, whatever engine runs it. Used by one thread. */
public interface LanguageModelRunner extends AutoCloseable {
    /** Continues conversations token by token. */
    Decoder decoder();

    /**
     * Scores conversations.
     *
     * @return the negative log-likelihood of every token that carries a loss, one conversation after the other
     */
    float[] losses(List<Example> examples);

    @Override
    void close();
}
