package org.moslora.generation;

import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.llama.Backbone;
import org.moslora.llama.KeyValueCache;

/** A {@link Decoder} over libtorch. */
public final class TorchDecoder implements Decoder {
    private final Backbone model;

    /** The model stays its owner's. */
    public TorchDecoder(Backbone model) {
        this.model = model;
    }

    @Override
    public Session open(int room) {
        return new CachedSession(model, model.cache(1, room));
    }

    private record CachedSession(Backbone model, KeyValueCache cache) implements Session {
        @Override
        public float[] next(int[] ids, List<float[]> pictures) {
            try (Arena arena = model.step()) {
                return model.step(arena, ids, new int[] {ids.length}, pictures, cache)
                        .toFloatArray();
            }
        }

        @Override
        public int length() {
            return cache.length(0);
        }

        @Override
        public void rewind(int length) {
            cache.rewind(0, length);
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
