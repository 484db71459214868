/**
 * What instruction tuning is, whichever model learns: conversations read, checked and spelt, the training loop, losses,
 * answers, chat and merging, all over a {@link org.moslora.llama.Backbone}. A pipeline adds its recipe
 * ({@link org.moslora.tuning.TuningRecipe}) and opens its kind of model folder. The loop stands in
 * {@link org.moslora.tuning.Tuning}, one page to be read from top to bottom. Start there.
 */
@NullMarked
package org.moslora.tuning;

import org.jspecify.annotations.NullMarked;
