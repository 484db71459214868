/**
 * Vision-language models by their parts. A {@link org.moslora.multimodal.VisionFamily} recognises its folders and reads what
 * their config says, a {@link org.moslora.multimodal.MultimodalConfig}: names of tensors, language model, how pictures become
 * pixels and how many tokens they take, tower and connector. {@link org.moslora.multimodal.MultimodalModel} is the model
 * that any of them makes. Families are found by {@link java.util.ServiceLoader}, so that one more is a folder and a line in
 * a list. Start at {@code MultimodalConfig}.
 */
@NullMarked
package org.moslora.multimodal;

import org.jspecify.annotations.NullMarked;
