/**
 * The engine and what models are built from. {@link org.moslora.layers.Engine} sets the process up and loads libtorch;
 * {@link org.moslora.layers.Kernels} holds the TorchScript kernels, text resources of which each covers a whole block
 * of a model, forward and backward; an {@link org.moslora.layers.Arena} owns the arrays of one step;
 * {@link org.moslora.layers.NativeCalls} ends what is under way with the process. Models ask
 * {@link org.moslora.layers.Linears} for every {@link org.moslora.layers.Linear}: that is the one seam through which an
 * adapter gets in, as a {@link org.moslora.layers.AdapterDelta} change of its weight that the kernels understand. What is
 * trained lies in one {@link org.moslora.layers.FlatParameters}. Blocks of such layers, and models of such blocks, are made
 * in {@code org.moslora.layers.block}. Start at {@code Engine}, then read {@code kernels/blocks.py}, {@code linear.py} and
 * {@code folded.py}.
 */
@NullMarked
package org.moslora.layers;

import org.jspecify.annotations.NullMarked;
