/**
 * Quantising weights and writing them down. Start at {@link org.moslora.layers.quantised.QuantisedCopies}, which makes a
 * file of a base's weights once and maps it from then on.
 */
@NullMarked
package org.moslora.layers.quantised;

import org.jspecify.annotations.NullMarked;
