/**
 * LLaVA (Liu et al. 2023, arXiv:2304.08485 and 2310.03744): a CLIP vision tower and a projector in front of a language
 * model of {@link org.moslora.llama}, read from a Hugging Face folder. {@link org.moslora.llava.LlavaFamily}
 * reads what is on disk, {@link org.moslora.llava.LlavaConfig} says what the model is made of, and its tower and projector
 * are what later LLaVAs build on. Every linear is made through {@link org.moslora.layers.Linears}; nothing here knows an
 * adapter. Start at {@code LlavaConfig}.
 */
@NullMarked
package org.moslora.llava;

import org.jspecify.annotations.NullMarked;
