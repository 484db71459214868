/**
 * Instruction tuning of text models: adapters on a folder of the LLaMA family, from conversations, or from rows of
 * instruction and output as the paper's commonsense experiments have them. This package says what a recipe may ask; the
 * loop and all that it needs stand in {@link org.moslora.tuning}, shared with models that see. Start at
 * {@link org.moslora.instruction.InstructionTuning}.
 */
@NullMarked
package org.moslora.instruction;

import org.jspecify.annotations.NullMarked;
