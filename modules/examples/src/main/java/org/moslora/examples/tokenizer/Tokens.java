package org.moslora.examples.tokenizer;

/**
 * A text as tokens, and where in it their characters are.
 *
 * @param ids the tokens
 * @param from where each token's characters begin in the text, in Java's units of UTF-16
 * @param to where they end; a token may hold none
 */
@SuppressWarnings("ArrayRecordComponent") // thousands of these are made and never compared
public record Tokens(int[] ids, int[] from, int[] to) {}
