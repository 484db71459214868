package org.moslora.generation;

import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.llava.KeyValueCache;
import org.moslora.llava.Llava;

/** A {@link Decoder} over libtorch. */
public final class TorchDecoder implements Decoder {
    private final Llava model;

    /** The model stays its owner's. */
    public TorchDecoder(Llava model) {
        this.model = model;
    }

    @Override
    public Session open(int room) {
        return new CachedSession(model, model.cache(1, room));
    }

    private record CachedSession(Llava model, KeyValueCache cache) implements Session {
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
