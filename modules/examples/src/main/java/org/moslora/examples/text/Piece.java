package org.moslora.examples.text;

/**
 * A stretch of a spelt conversation that is tokenised on its own.
 *
 * @param text what it spells, {@code <image>} tags included
 * @param supervised whether its tokens carry a loss
 * @param answer whether it is an answer, which has an end even where it carries no loss
 */
record Piece(String text, boolean supervised, boolean answer) {}
