package org.moslora.miniature;

import java.nio.file.Path;
import org.moslora.training.recipe.TrainingBlock;

/**
 * How a stage is trained: what its recipe says to the loop.
 *
 * @param output the run folder
 * @param training steps, rates, seed and checkpoints
 * @param average decay of the moving average, which is what is written and examined; 0 for none
 * @param examineEvery steps between examinations
 * @param recipe the resolved recipe
 */
public record PretrainingSettings(
        Path output, TrainingBlock training, double average, int examineEvery, String recipe) {}
