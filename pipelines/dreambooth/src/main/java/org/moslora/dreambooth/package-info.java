/**
 * DreamBooth (Ruiz et al. 2023, arXiv 2208.12242) with adapters: a Stable Diffusion learns one thing from a few pictures
 * of it. Start at {@link org.moslora.dreambooth.DreamBooth}, whose loop is a page.
 */
@NullMarked
package org.moslora.dreambooth;

import org.jspecify.annotations.NullMarked;
