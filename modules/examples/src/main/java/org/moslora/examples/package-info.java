/**
 * From rows of data to micro-batches: {@link org.moslora.examples.StepPlan} says which rows make a step,
 * {@link org.moslora.examples.ExampleLoader} prepares them on threads ahead of the training loop, and
 * {@link org.moslora.examples.Batch} lays them end to end, without padding. Everything here is plain Java arrays.
 * Start at {@code ExampleLoader}.
 */
@NullMarked
package org.moslora.examples;

import org.jspecify.annotations.NullMarked;
