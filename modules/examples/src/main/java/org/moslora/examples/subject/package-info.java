/**
 * The pictures of DreamBooth: {@link org.moslora.examples.subject.SubjectPictures} are the readable ones of a folder,
 * a {@link org.moslora.examples.subject.SubjectPlan} says which of them make a step, with which words, as a function of
 * seed and step alone, and {@link org.moslora.examples.subject.Framing} makes pixels of one
 * {@link org.moslora.examples.subject.TrainingImage}, with the bytes that Pillow gives. Start at {@code SubjectPictures.read}.
 */
@NullMarked
package org.moslora.examples.subject;

import org.jspecify.annotations.NullMarked;
