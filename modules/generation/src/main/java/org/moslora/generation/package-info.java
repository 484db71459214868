/**
 * Answers: a {@link org.moslora.generation.Decoder} gives logits for one more stretch of conversations,
 * {@link org.moslora.generation.Answers} turns them into tokens, greedily or by sampling, until the template's stop
 * token. Start at {@code Answers}.
 */
@NullMarked
package org.moslora.generation;

import org.jspecify.annotations.NullMarked;
