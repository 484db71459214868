package org.moslora.llava.tiles;

import java.util.Collection;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.keys.LlavaKeys;

/** LLaVA's layouts, with the line break and without a head that nobody reads. */
record TiledKeys() implements KeyMap {
    /** What comes after every row of tiles. */
    static final String NEWLINE = "model.image_newline";

    @Override
    public String canonical(String fileKey) {
        return fileKey.equals("image_newline") || fileKey.equals(NEWLINE)
                ? NEWLINE
                : LlavaKeys.llava().canonical(fileKey);
    }

    @Override
    public boolean ignores(String fileKey) {
        return !canonical(fileKey).equals(NEWLINE)
                && (LlavaKeys.llava().ignores(fileKey) || canonical(fileKey).startsWith(LlavaKeys.VISION + "head."));
    }

    @Override
    public String looksLike(Collection<String> fileKeys) {
        return LlavaKeys.llava().looksLike(fileKeys);
    }
}
