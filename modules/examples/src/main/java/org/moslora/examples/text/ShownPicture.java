package org.moslora.examples.text;

import java.nio.file.Path;

/**
 * A picture where a conversation shows it. Two of them that are equal have the same features.
 *
 * @param file the picture's file
 * @param alone whether it is the only one of its conversation, which some families prepare in another way
 * @param tokens how many image tokens stand for it
 */
public record ShownPicture(Path file, boolean alone, int tokens) {}
