package org.moslora.tensors.keys;

import java.util.Collection;

/** Names as they are. */
record IdentityKeys() implements KeyMap {
    @Override
    public String canonical(String fileKey) {
        return fileKey;
    }

    @Override
    public boolean ignores(String fileKey) {
        return fileKey.endsWith(".position_ids");
    }

    @Override
    public String looksLike(Collection<String> fileKeys) {
        return ModelFamily.of(fileKeys).map(ModelFamily::description).orElse("");
    }
}
