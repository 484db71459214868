/**
 * Qwen's vision-language models (Qwen2-VL, arXiv:2409.12191; Qwen2.5-VL, arXiv:2502.13923; Qwen3-VL): a tower that sees
 * pictures at their own resolution, a merger that makes one token of some patches, and a decoder whose positions have an
 * axis each for time, row and column. The three families differ by parts that {@link org.moslora.qwen.QwenConfig} names;
 * what any vision-language model has stands in {@link org.moslora.multimodal}. Start at {@code QwenConfig}.
 */
@NullMarked
package org.moslora.qwen;

import org.jspecify.annotations.NullMarked;
