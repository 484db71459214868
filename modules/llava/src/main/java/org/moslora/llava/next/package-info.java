/**
 * LLaVA-NeXT (Liu et al. 2024), whose pictures are cut into tiles of a CLIP tower's size and put together without the black
 * around them. Start at {@link org.moslora.llava.next.LlavaNextFamily}; what it shares with other families is in
 * {@link org.moslora.llava.tiles}.
 */
@NullMarked
package org.moslora.llava.next;

import org.jspecify.annotations.NullMarked;
