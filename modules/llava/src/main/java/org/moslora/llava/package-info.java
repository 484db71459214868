/**
 * LLaVA (Liu et al. 2023, arXiv:2304.08485 and 2310.03744): a CLIP vision tower, a projector and a language model of
 * the LLaMA family, read from a Hugging Face folder. {@link org.moslora.llava.LlavaFolder} reads and checks what is on
 * disk, {@link org.moslora.llava.Llava} is the model: forward, losses, backward, and one more stretch of a conversation
 * with a key-value cache. Every linear is made through {@link org.moslora.layers.Linears}; nothing here knows an
 * adapter. Start at {@code Llava}.
 */
@NullMarked
package org.moslora.llava;

import org.jspecify.annotations.NullMarked;
