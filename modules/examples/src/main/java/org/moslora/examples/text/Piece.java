package org.moslora.examples.text;

/**
 * A stretch of a spelt conversation: a question with all that leads to its answer, or an answer with its end.
 *
 * @param text what it spells, {@code <image>} tags included
 * @param answer whether it is an answer
 * @param learnt whether it may carry a loss: an answer of weight 0 never does
 */
record Piece(String text, boolean answer, boolean learnt) {
    /** Whether the tokens that begin in it carry a loss; those of questions only where questions are learnt too. */
    boolean supervised(boolean onInputs) {
        return learnt && (answer || onInputs);
    }
}
