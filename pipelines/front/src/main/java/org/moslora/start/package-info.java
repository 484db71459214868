/**
 * Recipes to begin with, for a model and data that somebody has. Start at {@link org.moslora.start.StartingRecipe}; what fits
 * a model and this machine is said in {@link org.moslora.start.TuningStart} and {@link org.moslora.start.SubjectStart}.
 */
@NullMarked
package org.moslora.start;

import org.jspecify.annotations.NullMarked;
