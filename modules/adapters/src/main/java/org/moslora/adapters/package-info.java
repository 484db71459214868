/**
 * The adapter core: every pipeline trains, reads, merges and converts adapters here, and no model knows a kind.
 * {@link org.moslora.adapters.AdapterPlan} chooses the linears of a model as they are made and puts parameters on them;
 * {@link org.moslora.adapters.TrainedAdapters} materializes what kernels understand before a step and takes the gradient
 * back after it; {@link org.moslora.adapters.LoadedAdapters} puts those of files on a model that answers or paints; {@link org.moslora.adapters.AdapterFile} is an adapter on disk in any format:
 * {@link org.moslora.adapters.form} is what its layers compute, {@link org.moslora.adapters.names} how programs spell
 * them. {@link org.moslora.adapters.Conversion} writes one format as another, and {@link
 * org.moslora.adapters.MergedWeights} adds adapters to a model's weights. A kind is one file in {@link
 * org.moslora.adapters.kind}. Start at {@code AdapterPlan} for training, at {@code AdapterFile.open} for files.
 */
@NullMarked
package org.moslora.adapters;

import org.jspecify.annotations.NullMarked;
