package org.moslora.app.engine;

import java.util.List;
import org.moslora.examples.Example;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.ConversationEncoder;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.generation.Decoder;
import org.moslora.generation.LanguageModelRunner;

/**
 * Measures both engines on the same question.
 *
 * @param encoder of the model
 * @param scoring whether texts are scored; otherwise they are answered
 */
record AnswerTimer(ConversationEncoder encoder, boolean scoring) {
    private static final int TOKENS = 16;
    private static final String QUESTION = "What is there to be seen in a street on a rainy day? Name ten things.";

    /** What is measured, in words. */
    String what() {
        return scoring ? "a score" : "an answer of " + TOKENS + " tokens";
    }

    Timings measure(LanguageModelRunner torch, LanguageModelRunner onnx) {
        return scoring
                ? Timings.turnByTurn(() -> score(torch), () -> score(onnx))
                : Timings.turnByTurn(() -> answer(torch), () -> answer(onnx));
    }

    private void score(LanguageModelRunner runner) {
        List<Turn> turns = List.of(new Turn(Role.USER, QUESTION), new Turn(Role.ASSISTANT, QUESTION));
        runner.losses(List.of(new Example(encoder.encode(new Conversation("measured", turns, List.of())), List.of())));
    }

    /** The same tokens whatever the model would say, so that both engines do the same work. */
    private void answer(LanguageModelRunner runner) {
        List<Turn> turns = List.of(new Turn(Role.USER, QUESTION));
        int[] ids = encoder.prompts(new Conversation("measured", turns, List.of()))
                .get(0)
                .ids();
        try (Decoder.Session session = runner.decoder().open(ids.length + TOKENS)) {
            session.next(ids, List.of());
            for (int i = 1; i < TOKENS; i++) {
                session.next(new int[] {ids[ids.length - 1]}, List.of());
            }
        }
    }
}
