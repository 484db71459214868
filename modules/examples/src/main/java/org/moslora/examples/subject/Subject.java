package org.moslora.examples.subject;

/**
 * Pictures of one thing, and the words for it.
 *
 * @param pictures at least one
 * @param prompt what stands for a picture that has no caption of its own
 * @param repeats how often each picture comes in one round, at least 1
 */
public record Subject(SubjectPictures pictures, String prompt, int repeats) {
    public Subject {
        if (pictures.pictures().isEmpty() || repeats < 1) {
            throw new IllegalArgumentException(pictures.folder() + ", " + repeats + " repeats");
        }
    }
}
