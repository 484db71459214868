package org.moslora.generation.batch;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.layers.Compute;
import org.moslora.pictures.Options;

/**
 * What is to be generated.
 *
 * @param model a diffusers folder or a single-file checkpoint
 * @param prompts where the prompts come from
 * @param options what holds for every prompt that says nothing else
 * @param out the folder for the pictures
 * @param batch pictures of one pass, 0 to choose
 * @param grid whether to put all pictures side by side at the end
 * @param tokenizer where the tokenizers are if the model holds none, or null
 * @param prediction what the model answers if its files do not say, or null
 * @param compute where and how to compute
 * @param quiet whether to leave out progress
 */
public record BatchRequest(
        Path model,
        PromptSource prompts,
        Options options,
        Path out,
        int batch,
        boolean grid,
        @Nullable Path tokenizer,
        @Nullable Prediction prediction,
        Compute compute,
        boolean quiet) {}
