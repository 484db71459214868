/**
 * Boards that people have open already: a training's curves, pictures and answers where TensorBoard and MLflow read them.
 * Start at {@link org.moslora.training.report.Reports}, which a training's loop tells what it tells everybody;
 * {@link org.moslora.training.report.EventFile} says how TensorBoard's files look.
 */
@NullMarked
package org.moslora.training.report;

import org.jspecify.annotations.NullMarked;
