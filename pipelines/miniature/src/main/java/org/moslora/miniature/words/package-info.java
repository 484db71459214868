/**
 * Before a language model reads pictures: its projector learns to put every patch near the words for what is in it, so
 * that there is something to read. Without it the model learns how answers look and not what they depend on. Start at
 * {@link org.moslora.miniature.words.WordPretraining}.
 */
@NullMarked
package org.moslora.miniature.words;

import org.jspecify.annotations.NullMarked;
