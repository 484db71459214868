/**
 * The parts of a recipe that all pipelines have, as records that the console binds. Start at
 * {@link org.moslora.training.recipe.TrainingBlock}.
 */
@NullMarked
package org.moslora.training.recipe;

import org.jspecify.annotations.NullMarked;
