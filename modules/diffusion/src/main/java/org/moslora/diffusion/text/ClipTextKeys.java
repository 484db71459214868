package org.moslora.diffusion.text;

import java.util.Collection;
import org.moslora.tensors.keys.KeyMap;

/** The names in text encoder files: those of the hub, and without {@code text_model.} as transformers 5 saves them. */
public final class ClipTextKeys implements KeyMap {
    @Override
    public String canonical(String fileKey) {
        return fileKey.matches("(embeddings|encoder|final_layer_norm)\\..*") ? ClipTextNames.MODEL + fileKey : fileKey;
    }

    @Override
    public boolean ignores(String fileKey) {
        return fileKey.endsWith("position_ids");
    }

    @Override
    public String looksLike(Collection<String> fileKeys) {
        return KeyMap.identity().looksLike(fileKeys);
    }
}
