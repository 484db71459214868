/**
 * The tokenizer of T5's text encoders: {@link org.moslora.examples.t5.T5Tokenizer} opens a folder with {@code
 * tokenizer.json} and makes of a prompt as many {@link org.moslora.examples.clip.ClipTokens} as are asked for. Start at
 * {@code T5Tokenizer.open}.
 */
@NullMarked
package org.moslora.examples.t5;

import org.jspecify.annotations.NullMarked;
