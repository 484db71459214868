package org.moslora.layers.quantised;

import java.nio.file.Path;

/** Where files lie that are made once and can be made again. */
public final class CacheFolder {
    private CacheFolder() {}

    /** {@code MOSLORA_CACHE}, else {@code moslora} in {@code XDG_CACHE_HOME}, else in {@code ~/.cache}. */
    public static Path path() {
        String own = System.getenv("MOSLORA_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own);
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        Path parent = caches != null && !caches.isBlank()
                ? Path.of(caches)
                : Path.of(System.getProperty("user.home"), ".cache");
        return parent.resolve("moslora");
    }
}
