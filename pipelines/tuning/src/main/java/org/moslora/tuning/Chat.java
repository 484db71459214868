package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Prompt;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.generation.Answers;
import org.moslora.generation.PrefixSession;
import org.moslora.generation.Sampling;

/**
 * One conversation with a model, turn after turn, about the pictures that it begins with. What has been computed of it
 * stays from one turn to the next.
 */
public final class Chat implements AutoCloseable {
    private final LoadedModel loaded;
    private final List<Path> pictures;
    private final Sampling sampling;
    private final Answers answers;
    private final PrefixSession session;
    private final List<Turn> turns = new ArrayList<>();

    /** The model stays its owner's. */
    public Chat(LoadedModel loaded, List<Path> pictures, Sampling sampling) {
        this.loaded = loaded;
        this.pictures = List.copyOf(pictures);
        this.sampling = sampling;
        this.session = new PrefixSession(loaded.runner().decoder(), 0);
        this.answers = new Answers(loaded.processor().encoder().stopId(), sampling);
    }

    /**
     * Asks the next question.
     *
     * @param written sees every stretch of the answer as soon as it can be read
     * @return the whole answer
     */
    public String ask(String question, Consumer<String> written) {
        boolean shows = turns.isEmpty() && !pictures.isEmpty();
        String tags = shows ? Conversation.IMAGE.repeat(pictures.size()) + "\n" : "";
        turns.add(new Turn(Role.USER, tags + question));
        List<String> names =
                pictures.stream().map(path -> path.toAbsolutePath().toString()).toList();
        List<Prompt> prompts = loaded.processor().encoder().prompts(new Conversation("chat", turns, names));
        Prompt prompt = prompts.get(prompts.size() - 1);
        int most = loaded.limits().answer("the prompt", prompt.ids().length, sampling.maxTokens(), 1);
        StringBuilder shown = new StringBuilder();
        int[] ids =
                session.answer(answers, prompt, loaded.processor()::input, most, sofar -> show(sofar, shown, written));
        String answer = loaded.processor().encoder().text(ids);
        if (answer.length() > shown.length()) {
            written.accept(answer.substring(shown.length()));
        }
        turns.add(new Turn(Role.ASSISTANT, answer));
        return answer;
    }

    /** Shows what is new and complete: a character whose bytes are not all there yet waits. */
    private void show(int[] ids, StringBuilder shown, Consumer<String> written) {
        String text = loaded.processor().encoder().text(Arrays.copyOf(ids, ids.length));
        if (text.length() > shown.length() && !text.endsWith("\uFFFD") && text.startsWith(shown.toString())) {
            written.accept(text.substring(shown.length()));
            shown.append(text, shown.length(), text.length());
        }
    }

    @Override
    public void close() {
        session.close();
        turns.clear();
    }
}
