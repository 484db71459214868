/**
 * Answers: a {@link org.moslora.generation.Decoder} gives logits for one more stretch of conversations,
 * {@link org.moslora.generation.Answers} turns them into tokens, greedily or by sampling, until the template's stop
 * token; {@link org.moslora.generation.BeamSearch} follows several at a time. A {@link
 * org.moslora.generation.PrefixSession} keeps what one turn has computed for the next, and {@link
 * org.moslora.generation.PromptLimits} refuses what does not fit. Engines come as {@link
 * org.moslora.generation.LanguageModelRunner}s. Start at {@code Answers}.
 */
@NullMarked
package org.moslora.generation;

import org.jspecify.annotations.NullMarked;
