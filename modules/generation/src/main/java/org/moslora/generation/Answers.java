package org.moslora.generation;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.moslora.examples.image.PictureInput;

/** Writes answers token by token. */
public final class Answers {
    private final int stopId;
    private final Sampling sampling;
    private final SplittableRandom random;

    /**
     * A writer of answers.
     *
     * @param stopId the token that ends an answer
     */
    public Answers(int stopId, Sampling sampling) {
        this.stopId = stopId;
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
    }

    /**
     * Continues a conversation with a prompt and writes what follows. The session then holds prompt and answer.
     *
     * @param prompt ids up to where the answer starts
     * @param pictures of the prompt's image tokens
     * @param written sees the answer so far after every token
     * @return the answer's ids without the stop token
     */
    public int[] answer(Decoder.Session session, int[] prompt, List<PictureInput> pictures, Consumer<int[]> written) {
        return answer(session, prompt, pictures, sampling.maxTokens(), written);
    }

    /**
     * The same, of at most so many tokens.
     *
     * @param most what the model has left for the answer
     */
    public int[] answer(
            Decoder.Session session, int[] prompt, List<PictureInput> pictures, int most, Consumer<int[]> written) {
        float[] logits = session.next(prompt, pictures);
        int[] ids = new int[0];
        while (ids.length < most) {
            int token = sampling.choose(logits, random);
            if (token == stopId) {
                break;
            }
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = token;
            written.accept(ids);
            if (ids.length < most) {
                logits = session.next(new int[] {token}, List.of());
            }
        }
        return ids;
    }
}
