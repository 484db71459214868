package org.moslora.diffusion.unet;

import org.moslora.layers.block.Block;

/**
 * A block of a UNet and what it has to do with the rest of it.
 *
 * @param block what runs
 * @param timed whether it adds the time embedding, so that its gradient comes from here
 * @param reads whether it attends to the text, so that the text's gradient comes from here
 * @param kept whether the way up gets its output too
 */
record UNetBlock(Block<UNetPass> block, boolean timed, boolean reads, boolean kept) {}
