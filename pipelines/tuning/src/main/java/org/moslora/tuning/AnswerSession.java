package org.moslora.tuning;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Prompt;
import org.moslora.generation.Answers;
import org.moslora.generation.BeamSearch;
import org.moslora.generation.Decoder;
import org.moslora.generation.Sampling;

/** A model's answers to the prompts of one conversation, each after the true history. */
final class AnswerSession implements AutoCloseable {
    private final LoadedModel loaded;
    private final AnswerOptions asking;
    private final int room;
    private Decoder.@Nullable Session session;
    private int[] before = new int[0];
    private int pictures;

    AnswerSession(LoadedModel loaded, AnswerOptions asking, List<Prompt> prompts) {
        this.loaded = loaded;
        this.asking = asking;
        this.room =
                prompts.stream().mapToInt(prompt -> prompt.ids().length).max().orElse(0) + asking.maxNewTokens();
    }

    String to(Prompt prompt) {
        return loaded.spelling().encoder().text(asking.beams() > 1 ? searched(prompt) : greedy(prompt));
    }

    private int[] searched(Prompt prompt) {
        int stop = loaded.spelling().encoder().stopId();
        return new BeamSearch(loaded.speaker().decoder(), stop, asking.beams(), most(prompt))
                .answer(prompt.ids(), pixels(prompt, 0));
    }

    /** What a prompt shares with the last one is computed once. */
    private int[] greedy(Prompt prompt) {
        if (session == null) {
            session = loaded.speaker().decoder().open(room);
        }
        int shared = shared(prompt.ids());
        session.rewind(shared);
        int[] rest = Arrays.copyOfRange(prompt.ids(), shared, prompt.ids().length);
        List<float[]> pixels = pixels(prompt, shared == 0 ? 0 : pictures);
        before = prompt.ids();
        pictures = prompt.images().size();
        return new Answers(loaded.spelling().encoder().stopId(), Sampling.greedy(most(prompt)))
                .answer(session, rest, pixels, sofar -> {});
    }

    /** Tokens that the answer may have. */
    private int most(Prompt prompt) {
        return loaded.limits().answer("a prompt", prompt.ids().length, asking.maxNewTokens(), asking.beams());
    }

    private List<float[]> pixels(Prompt prompt, int known) {
        return prompt.images().stream()
                .skip(known)
                .map(loaded.spelling()::pixels)
                .toList();
    }

    /** How many tokens a prompt has in common with the last one; nothing unless it continues it. */
    private int shared(int[] now) {
        return before.length < now.length && Arrays.equals(before, 0, before.length, now, 0, before.length)
                ? before.length
                : 0;
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }
}
