/**
 * A service to copy: pictures and answers over HTTP from exported folders, an adapter chosen per request. Start at
 * {@link org.moslora.samples.serve.Serve}; {@link org.moslora.samples.serve.Routes} and
 * {@link org.moslora.samples.serve.Origins} say what is answered and whom, {@link org.moslora.samples.serve.RequestQueue} holds
 * what a model can be asked at a time, {@link org.moslora.samples.serve.ImageService} and
 * {@link org.moslora.samples.serve.ChatService} what it answers.
 */
@NullMarked
package org.moslora.samples.serve;

import org.jspecify.annotations.NullMarked;
