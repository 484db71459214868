/**
 * The tokenizer of CLIP's text encoders, as transformers 5 has it: {@link org.moslora.examples.clip.ClipTokenizer}
 * opens a folder with {@code tokenizer.json}, or with the {@code vocab.json} and {@code merges.txt} that older folders
 * hold alone, and makes of a prompt as many {@link org.moslora.examples.clip.ClipTokens} as the encoder has positions.
 * Start at {@code ClipTokenizer.open}.
 */
@NullMarked
package org.moslora.examples.clip;

import org.jspecify.annotations.NullMarked;
