package org.moslora.tuning;

import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Prompt;
import org.moslora.generation.Answers;
import org.moslora.generation.BeamSearch;
import org.moslora.generation.PrefixSession;
import org.moslora.generation.Sampling;

/** A model's answers to the prompts of one conversation, each after the true history. */
final class AnswerSession implements AutoCloseable {
    private final LoadedModel loaded;
    private final AnswerOptions options;
    private final PrefixSession session;

    AnswerSession(LoadedModel loaded, AnswerOptions options, List<Prompt> prompts) {
        this.loaded = loaded;
        this.options = options;
        int longest =
                prompts.stream().mapToInt(prompt -> prompt.ids().length).max().orElse(0);
        this.session = new PrefixSession(loaded.runner().decoder(), longest + options.maxNewTokens());
    }

    String to(Prompt prompt) {
        return loaded.processor().encoder().text(options.beams() > 1 ? searched(prompt) : greedy(prompt));
    }

    private int[] searched(Prompt prompt) {
        int stop = loaded.processor().encoder().stopId();
        List<PictureInput> pixels =
                prompt.images().stream().map(loaded.processor()::input).toList();
        return new BeamSearch(loaded.runner().decoder(), stop, options.beams(), most(prompt))
                .answer(prompt.ids(), pixels);
    }

    private int[] greedy(Prompt prompt) {
        int most = most(prompt);
        Answers answers = new Answers(loaded.processor().encoder().stopId(), Sampling.greedy(most));
        return session.answer(answers, prompt, loaded.processor()::input, most, sofar -> {});
    }

    /** Tokens that the answer may have. */
    private int most(Prompt prompt) {
        return loaded.limits().answer("a prompt", prompt.ids().length, options.maxNewTokens(), options.beams());
    }

    @Override
    public void close() {
        session.close();
    }
}
