/**
 * Tokenizer folders for the miniature world's models, as any tool reads them: whole words for a language model, and
 * letter pairs merged until every word is one token for the text encoder of an image generator. Start at
 * {@link org.moslora.datasets.miniature.tokens.LanguageTokens}.
 */
@NullMarked
package org.moslora.datasets.miniature.tokens;

import org.jspecify.annotations.NullMarked;
