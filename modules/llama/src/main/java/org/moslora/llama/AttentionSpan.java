package org.moslora.llama;

/**
 * What the rows of one layer see of a conversation.
 *
 * @param window how many rows, their own included; 0: all up to their own
 * @param rope how its positions turn
 */
public record AttentionSpan(int window, Rope rope) {}
