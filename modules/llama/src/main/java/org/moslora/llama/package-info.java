/**
 * Language models of the LLaMA lineage: LLaMA, Mistral, Qwen2, Qwen3, Gemma 3, alone or as the decoder of a larger model;
 * they differ by parts that {@link org.moslora.llama.DecoderParts} names.
 * {@link org.moslora.llama.LlamaFolder} reads and checks what is on disk; {@link org.moslora.llama.Llama} is a text model
 * on its own; {@link org.moslora.llama.LanguageModel} is what it shares with LLaVA, which puts pictures in. Whoever
 * trains, scores or answers asks a {@link org.moslora.llama.Backbone} and need not know which it is. Every linear is made
 * through {@link org.moslora.layers.Linears}; nothing here knows an adapter. Start at {@code LanguageModel}.
 */
@NullMarked
package org.moslora.llama;

import org.jspecify.annotations.NullMarked;
