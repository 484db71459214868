package org.moslora.training;

import org.moslora.problems.InvalidInput;

/**
 * A training that a team is about to share, as its leader knows it.
 *
 * @param run its folder
 * @param steps that it has
 * @param microBatches of a step
 */
public record TeamRun(RunFolder run, int steps, int microBatches) {
    /**
     * Makes sure that every worker gets something to do.
     *
     * @throws InvalidInput if there are more of them than micro-batches
     */
    public static void mustShare(int microBatches, int workers) {
        if (workers > microBatches) {
            throw new InvalidInput(
                    "training.gradient_accumulation",
                    "is " + microBatches + ", but " + workers
                            + " workers share the micro-batches of a step; give it at least " + workers
                            + " and lower batch_size to match");
        }
    }
}
