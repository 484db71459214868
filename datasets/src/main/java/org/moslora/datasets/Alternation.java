package org.moslora.datasets;

import java.util.List;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** The rules for the order of turns. */
final class Alternation {
    private Alternation() {}

    /** The turns from the first question on; stray answers before it are skipped, as LLaVA skips them. */
    static List<Turn> of(List<Turn> given, Purpose purpose) throws BadRow {
        if (given.isEmpty()) {
            throw new BadRow("turns-none", "has no turns");
        }
        int start = 0;
        while (start < given.size() && given.get(start).role() != Role.USER) {
            start++;
        }
        List<Turn> turns = given.subList(start, given.size());
        if (turns.isEmpty()) {
            throw new BadRow("turns-none", "has answers only, no question");
        }
        for (int i = 0; i < turns.size(); i++) {
            Role wanted = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
            if (turns.get(i).role() != wanted) {
                throw new BadRow(
                        "turns-alternate",
                        String.format(
                                "turns must alternate, question and answer;"
                                        + " turn %d is a second %s in a row: merge the two, or drop one",
                                start + i + 1, wanted == Role.USER ? "answer" : "question"));
            } else if (purpose == Purpose.TRAINING && isMute(turns.get(i))) {
                throw new BadRow(
                        "answer-empty",
                        "the answer in turn " + (start + i + 1) + " is empty: it would teach"
                                + " the model to say nothing");
            }
        }
        if (turns.size() % 2 == 1) {
            throw new BadRow("answer-missing", "the last question, turn " + given.size() + ", has no answer");
        }
        if (turns.stream().noneMatch(turn -> turn.role() == Role.ASSISTANT && turn.learnt())) {
            throw new BadRow("loss-none", "every answer has weight 0: nothing is left to learn or to score");
        }
        return turns;
    }

    private static boolean isMute(Turn turn) {
        return turn.role() == Role.ASSISTANT && turn.learnt() && turn.text().isBlank();
    }
}
