package org.moslora.tensors.keys;

import java.util.Collection;

/**
 * The key map of LLaMA-like text models: {@code model.layers.…}, {@code model.embed_tokens}, {@code model.norm},
 * {@code lm_head}, as every file of them and transformers itself spell it.
 */
public record LlamaKeys() implements KeyMap {
    @Override
    public String canonical(String fileKey) {
        return fileKey;
    }

    @Override
    public boolean ignores(String fileKey) {
        return LlavaKeys.llava().ignores(fileKey);
    }

    @Override
    public String looksLike(Collection<String> fileKeys) {
        return LlavaKeys.llava().looksLike(fileKeys);
    }
}
