/**
 * The kinds of adapter and how each is trained: what parameters it has, how they fold into what kernels read, and how
 * the gradient comes back. A kind is one {@link org.moslora.adapters.kind.Formula}; an
 * {@link org.moslora.adapters.kind.AdapterGroup} puts it on all layers of one shape at once. Start at
 * {@code AdapterKind}, then read {@code Lora} and {@code LowRankAdapter}.
 */
@NullMarked
package org.moslora.adapters.kind;

import org.jspecify.annotations.NullMarked;
