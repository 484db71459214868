/**
 * What tensors are called. Every tensor and module has one canonical name, the path that transformers 5 gives it in
 * memory; each layout of files spells that name its own way. Start at {@link org.moslora.tensors.keys.KeyMap}, and at
 * {@link org.moslora.tensors.keys.LlavaKeys} for the layouts of LLaVA and of text models.
 */
@NullMarked
package org.moslora.tensors.keys;

import org.jspecify.annotations.NullMarked;
