package org.moslora.examples.text;

/**
 * A stretch of a spelt conversation: a question with all that leads to its answer, or an answer with its end.
 *
 * @param text what it spells, {@code <image>} tags included
 * @param supervised whether the tokens that begin in it carry a loss
 */
record Piece(String text, boolean supervised) {}
