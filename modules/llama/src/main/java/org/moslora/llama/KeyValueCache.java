package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/** Keys and values of conversations that are being continued, with room for a fixed number of positions each. */
public final class KeyValueCache implements AutoCloseable {
    private final Arena arena;
    private final List<List<NDArray>> blocks = new ArrayList<>();
    private final long[] past;
    private final int room;

    KeyValueCache(Arena arena, Compute compute, TextConfig config, int conversations, int room) {
        this.arena = arena;
        this.past = new long[conversations];
        this.room = room;
        long[] shape = {config.keyValueHeads(), room, config.headWidth()};
        int format = compute.precision().scalarType();
        for (int i = 0; i < config.layers(); i++) {
            List<NDArray> pairs = new ArrayList<>();
            for (int j = 0; j < 2 * conversations; j++) {
                pairs.add(Kernels.get().one(arena, "blank", shape, format, compute.deviceName()));
            }
            blocks.add(pairs);
        }
    }

    /** Positions that a conversation has taken. */
    public int length(int conversation) {
        return (int) past[conversation];
    }

    /** Positions that a conversation may take in all. */
    public int room() {
        return room;
    }

    /** Forgets what comes after a position, for example an answer that is to be replaced by the true one. */
    public void rewind(int conversation, int position) {
        past[conversation] = Math.min(past[conversation], position);
    }

    long[] past() {
        return past;
    }

    List<NDArray> block(int index) {
        return blocks.get(index);
    }

    void advance(int[] lengths) {
        for (int i = 0; i < lengths.length; i++) {
            past[i] += lengths[i];
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
