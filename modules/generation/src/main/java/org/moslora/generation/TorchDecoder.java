package org.moslora.generation;

import java.util.Arrays;
import java.util.List;
import org.moslora.examples.image.PictureInput;
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

    @Override
    public Branches branches(int room) {
        return new CachedBranches(model, model.cache(1, room));
    }

    private static float[] logits(
            Backbone model, int[] ids, int[] lengths, List<PictureInput> pictures, KeyValueCache cache) {
        try (Arena arena = model.step()) {
            return model.step(arena, ids, lengths, pictures, cache).toFloatArray();
        }
    }

    private record CachedSession(Backbone model, KeyValueCache cache) implements Session {
        @Override
        public float[] next(int[] ids, List<PictureInput> pictures) {
            return logits(model, ids, new int[] {ids.length}, pictures, cache);
        }

        @Override
        public int length() {
            return cache.length(0);
        }

        @Override
        public void reserve(int room) {
            cache.reserve(room);
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

    private record CachedBranches(Backbone model, KeyValueCache cache) implements Branches {
        @Override
        public float[] begin(int[] prompt, List<PictureInput> pictures) {
            return logits(model, prompt, new int[] {prompt.length}, pictures, cache);
        }

        @Override
        public float[] grow(int[] from, int[] tokens) {
            cache.branch(from);
            int[] lengths = new int[tokens.length];
            Arrays.fill(lengths, 1);
            return logits(model, tokens, lengths, List.of(), cache);
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
