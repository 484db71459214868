/**
 * What models are made of. A {@link org.moslora.layers.block.ModelBuilder} makes tensors and blocks from weights by name;
 * a {@link org.moslora.layers.block.Block} is mostly a {@link org.moslora.layers.block.KernelBlock}, a pair of kernels of
 * one shape; a {@link org.moslora.layers.block.BlockList} runs them one after the other, forward and backward. A new
 * family of models is a list of blocks and their kernels. Start at {@code ModelBuilder}.
 */
@NullMarked
package org.moslora.layers.block;

import org.jspecify.annotations.NullMarked;
