/**
 * Hugging Face's tokenizers library, for what a {@code tokenizer.json} says: a
 * {@link org.moslora.examples.tokenizer.TokenizerJson} is looked through first, for what the library takes badly ends the
 * whole process, and {@link org.moslora.examples.tokenizer.NativeTokenizer} hands over texts of bounded length. Start at
 * {@code NativeTokenizer.open}.
 */
@NullMarked
package org.moslora.examples.tokenizer;

import org.jspecify.annotations.NullMarked;
