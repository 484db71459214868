package org.moslora.examples.text;

/**
 * What one side says at a time.
 *
 * @param role who says it
 * @param text what is said; {@code <image>} in a user's turn stands for a picture
 */
public record Turn(Role role, String text) {}
