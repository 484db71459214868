/**
 * Scores of pictures by a model that puts pictures and texts into one space, as CLIP does: how like they are to pictures
 * of the subject, how well they go with their prompts, which of several texts is nearest. The model itself is behind
 * {@link org.moslora.pictures.judge.Embedding}. Start at {@link org.moslora.pictures.judge.Judge}.
 */
@NullMarked
package org.moslora.pictures.judge;

import org.jspecify.annotations.NullMarked;
