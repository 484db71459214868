/**
 * LLaVA-OneVision (Li et al. 2024, arXiv:2408.03326): tiles of a SigLIP tower's size, whose features are reduced where they
 * would be too many; several pictures of a conversation are not cut. Start at
 * {@link org.moslora.llava.onevision.LlavaOnevisionFamily}; what it shares with other families is in
 * {@link org.moslora.llava.tiles}.
 */
@NullMarked
package org.moslora.llava.onevision;

import org.jspecify.annotations.NullMarked;
