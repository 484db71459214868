/**
 * Comparisons: one recipe, of which kinds of adapters, ranks, learning rates, seeds and amounts of data are varied.
 * Trials are ordinary runs of the program's own commands, which anybody can repeat by hand; the rate is chosen on
 * validation data, scores are given on test data, differences are paired by seed. Start at
 * {@link org.moslora.compare.Comparison}.
 */
@NullMarked
package org.moslora.compare;

import org.jspecify.annotations.NullMarked;
