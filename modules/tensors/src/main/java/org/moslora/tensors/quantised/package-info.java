/**
 * Quantised weights on disk. Start at {@link org.moslora.tensors.quantised.BitsAndBytes}, which reads the layout of
 * bitsandbytes and gives a source whose weights are whole again by name and shape;
 * {@link org.moslora.tensors.quantised.QuantisedBaseWeights} puts quantised copies in the place of a base's plain weights.
 */
@NullMarked
package org.moslora.tensors.quantised;

import org.jspecify.annotations.NullMarked;
