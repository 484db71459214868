/**
 * Single-file checkpoints, which name and cut tensors as the programs did that the models were trained with (latent
 * diffusion, OpenCLIP), and hold no configs. {@link org.moslora.diffusion.ldm.Checkpoint} infers these from the shapes
 * and gives each component's tensors under today's names. Start there; {@link org.moslora.diffusion.ldm.UNetSpelling} is
 * also how some adapter files name their layers.
 */
@NullMarked
package org.moslora.diffusion.ldm;

import org.jspecify.annotations.NullMarked;
