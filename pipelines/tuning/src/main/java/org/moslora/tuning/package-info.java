/**
 * What fine-tuning on conversations is, whichever model learns: conversations read and checked, the training loop, losses,
 * answers, chat and merging, all over a {@link org.moslora.llama.Backbone}. A {@link org.moslora.tuning.Processor} is to a
 * model what transformers' is: tokenizer, template and preparation of pictures. A pipeline adds its recipe
 * ({@link org.moslora.tuning.TuningRecipe}), which opens its kind of model folder, and is a
 * {@link org.moslora.tuning.TuningPipeline}. Start at {@link org.moslora.tuning.Tuning}, whose loop is one page to be read
 * from top to bottom; {@link org.moslora.tuning.TrainingSetup} makes all that it works with, {@link
 * org.moslora.tuning.LoadedModel} what {@link org.moslora.tuning.Chat} and {@link org.moslora.tuning.Evaluation} ask.
 */
@NullMarked
package org.moslora.tuning;

import org.jspecify.annotations.NullMarked;
