package org.moslora.datasets.miniature.language;

/**
 * A question about a scene with the one right answer.
 *
 * @param topic what it is about
 */
public record SceneQuestion(Topic topic, String question, String answer) {}
