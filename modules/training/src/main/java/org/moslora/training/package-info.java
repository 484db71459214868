/**
 * What every training shares: the optimiser, the learning-rate schedules, the run folder with its checkpoints, metrics
 * and provenance. A pipeline's loop is written out in the pipeline; it takes these parts and is no subclass of anything
 * here. What a recipe may name is a {@link org.moslora.training.Pipeline}, and a {@link
 * org.moslora.training.TrainingListener} hears how its training goes on. Start at {@link org.moslora.training.RunFolder}.
 */
@NullMarked
package org.moslora.training;

import org.jspecify.annotations.NullMarked;
