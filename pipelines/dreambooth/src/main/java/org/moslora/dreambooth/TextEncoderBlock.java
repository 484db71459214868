package org.moslora.dreambooth;

import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.training.recipe.AdapterBlock;

/** The recipe's {@code text_encoder:} block: what is trained of every text encoder. */
public record TextEncoderBlock(
        @Default("{}") AdapterBlock adapter,
        @Meaning("that of training if absent") @Nullable Double learningRate) {}
