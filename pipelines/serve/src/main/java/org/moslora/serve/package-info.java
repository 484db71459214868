/**
 * Models over HTTP in OpenAI's protocol, an adapter chosen per request. Start at {@link org.moslora.serve.ModelService};
 * {@link org.moslora.serve.Routes} and {@link org.moslora.serve.Origins} say what is answered and whom,
 * {@link org.moslora.serve.RequestQueue} holds what the models can be asked at a time, {@link org.moslora.serve.Catalogue}
 * what can be named; a {@link org.moslora.serve.ServedLanguageModel} is a language model and a {@link org.moslora.serve.ServedImageGenerator} an
 * image generator that answers.
 */
@NullMarked
package org.moslora.serve;

import org.jspecify.annotations.NullMarked;
