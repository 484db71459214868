package org.moslora.examples.subject;

/**
 * One picture of a batch.
 *
 * @param picture which one
 * @param prompt the words for it
 * @param size what it is framed to
 * @param prior whether it is of the class instead of the subject
 * @param variation what crop and mirroring are drawn from; 0 where nothing is drawn. Two images of the same picture,
 *     size and variation have the same pixels
 */
public record TrainingImage(SubjectPicture picture, String prompt, ImageSize size, boolean prior, long variation) {}
