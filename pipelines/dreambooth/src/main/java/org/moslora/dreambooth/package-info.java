/**
 * DreamBooth (Ruiz et al. 2023, arXiv 2208.12242) with adapters: an image generator of whatever family learns one thing from
 * a few pictures of it. Start at {@link org.moslora.dreambooth.DreamBooth}, whose loop is a page. {@code DreamBoothParts}
 * makes and checks all that the loop works with, {@code TrainingMaterial} what is encoded before the first step, {@code
 * DenoisingStep} takes a micro-batch forward and back, and an {@code Objective} says what the denoiser is to answer.
 */
@NullMarked
package org.moslora.dreambooth;

import org.jspecify.annotations.NullMarked;
