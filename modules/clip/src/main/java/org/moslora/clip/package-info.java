/**
 * CLIP (Radford et al. 2021, arXiv:2103.00020) from a folder in transformers' layout: pictures and texts become vectors
 * of one space. Its halves are the vision tower of LLaVA and the text encoder of Stable Diffusion; what joins them is
 * here. Start at {@link org.moslora.clip.ClipModel}.
 */
@NullMarked
package org.moslora.clip;

import org.jspecify.annotations.NullMarked;
