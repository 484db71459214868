package org.moslora.examples.quality;

/**
 * Something odd about a picture.
 *
 * @param rule a short name of what is odd, such as image-blurred
 * @param message the picture, the measure, the threshold and the likely mistake
 */
public record Remark(String rule, String message) {}
