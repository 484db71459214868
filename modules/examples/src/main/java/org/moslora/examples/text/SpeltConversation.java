package org.moslora.examples.text;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A conversation as the one text that is tokenised, and what of it is learnt.
 *
 * @param pieces questions and answers by turns, each spelt whole
 */
record SpeltConversation(List<Piece> pieces) {
    SpeltConversation {
        pieces = List.copyOf(pieces);
    }

    /** The beginning, up to a piece. */
    SpeltConversation first(int count) {
        return new SpeltConversation(pieces.subList(0, count));
    }

    /** How many pieces there are. */
    int count() {
        return pieces.size();
    }

    /** How many pieces make the last round: a last question may lack its answer. */
    int lastRound() {
        return pieces.size() % 2 == 0 ? 2 : 1;
    }

    String text() {
        return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }

    int length() {
        return pieces.stream().mapToInt(piece -> piece.text().length()).sum();
    }

    /** How many pictures are in it, by the token that stands for one. */
    int tags(String token) {
        return pieces.stream()
                .mapToInt(piece -> Conversation.count(token, piece.text()))
                .sum();
    }

    /** For each place of the text, and the one behind it, whether a token there carries a loss. */
    boolean[] supervised(boolean onInputs) {
        boolean[] marks = new boolean[length() + 1];
        int at = 0;
        for (Piece piece : pieces) {
            java.util.Arrays.fill(marks, at, at + piece.text().length(), piece.supervised(onInputs));
            at += piece.text().length();
        }
        marks[at] = !pieces.isEmpty() && pieces.get(pieces.size() - 1).supervised(onInputs);
        return marks;
    }

    /** Whether the last answer may carry a loss. */
    boolean isLearnt() {
        return pieces.get(pieces.size() - 1).learnt();
    }
}
