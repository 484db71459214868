package org.moslora.generation.batch;

import java.nio.file.Path;
import org.moslora.pictures.Options;

/**
 * What is to be generated.
 *
 * @param prompts where the prompts come from
 * @param options what holds for every prompt that says nothing else
 * @param out the folder for the pictures
 * @param batch pictures of one pass, 0 to choose
 * @param grid whether to put all pictures side by side at the end
 * @param shard which part of the whole
 * @param retry whether to try again what failed before
 * @param quiet whether to leave out progress
 */
public record BatchRequest(
        PromptSource prompts,
        Options options,
        Path out,
        int batch,
        boolean grid,
        Shard shard,
        boolean retry,
        boolean quiet) {
    /** Everything, and what failed before is left alone. */
    public static BatchRequest of(PromptSource prompts, Options options, Path out, int batch, boolean grid) {
        return new BatchRequest(prompts, options, out, batch, grid, Shard.WHOLE, false, true);
    }
}
