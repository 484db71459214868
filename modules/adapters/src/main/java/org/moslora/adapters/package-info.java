/**
 * The adapter core: every pipeline trains, reads, merges and converts adapters here, and no model knows a kind.
 * {@link org.moslora.adapters.AdapterPlan} chooses the linears of a model as they are made and puts parameters on them;
 * {@link org.moslora.adapters.TrainedAdapters} folds these into what kernels understand before a step and pulls the
 * gradient back after it; {@link org.moslora.adapters.AdapterFile} is an adapter on disk in any format:
 * {@link org.moslora.adapters.form} is what its layers compute, {@link org.moslora.adapters.names} how programs spell
 * them, and {@link org.moslora.adapters.Conversion} writes one format as another. A kind is what stands between
 * the two outer factors: one {@code Core}. Start at {@code AdapterPlan}.
 */
@NullMarked
package org.moslora.adapters;

import org.jspecify.annotations.NullMarked;
