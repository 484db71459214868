package org.moslora.adapters;

/**
 * A picture that an adapter has painted, for its card.
 *
 * @param prompt what was asked for
 * @param png the file
 */
@SuppressWarnings("ArrayRecordComponent") // a file, handed on once
public record Illustration(String prompt, byte[] png) {}
