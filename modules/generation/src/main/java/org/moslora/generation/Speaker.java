package org.moslora.generation;

import java.util.List;
import org.moslora.examples.Example;

/** A model that conversations are continued and scored with, whatever engine runs it. Used by one thread. */
public interface Speaker extends AutoCloseable {
    /** Continues conversations token by token. */
    Decoder decoder();

    /**
     * Scores conversations.
     *
     * @return the negative log-likelihood of every token that carries a loss, one conversation after the other
     */
    float[] losses(List<Example> examples);

    /**
     * Answers by beam search; see {@link BeamSearch}.
     *
     * @return the answer's ids without the stop token
     * @throws org.moslora.problems.InvalidInput if the engine has none
     */
    int[] search(int[] prompt, List<float[]> pictures, int stopId, int beams, int maxTokens);

    @Override
    void close();
}
