/**
 * What is said of the miniature world: captions, questions with their answers, and facts, in short English sentences of
 * some two hundred words. Everything follows from a scene's values. Start at
 * {@link org.moslora.datasets.miniature.language.Conversations}.
 */
@NullMarked
package org.moslora.datasets.miniature.language;

import org.jspecify.annotations.NullMarked;
