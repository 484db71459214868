package org.moslora.quickstart.outcome;

import org.moslora.training.RunFigures;

/**
 * A training that was run.
 *
 * @param recipe the text of its recipe
 * @param run what it says about itself
 * @param baseParameters elements of all tensors of the base
 */
public record Tuned(String recipe, RunFigures run, long baseParameters) {}
