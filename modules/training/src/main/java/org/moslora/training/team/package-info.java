/**
 * Processes that train one model together: each learns from its share of a step's micro-batches, and gradients are added
 * up over plain connections between them, in the order of ranks, so that a team of one size ends in the same bits wherever
 * it runs. Nothing here knows who started the processes. Start at {@link org.moslora.training.team.Team}.
 */
@NullMarked
package org.moslora.training.team;

import org.jspecify.annotations.NullMarked;
