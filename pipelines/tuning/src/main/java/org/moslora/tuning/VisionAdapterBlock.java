package org.moslora.tuning;

import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.training.recipe.AdapterBlock;

/** The recipe's {@code vision:} block: adapters in the vision tower. */
public record VisionAdapterBlock(
        @Default("{}") AdapterBlock adapter,
        @Meaning("that of training if absent") @Nullable Double learningRate) {}
