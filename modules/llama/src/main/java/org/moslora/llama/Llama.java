package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Linears;
import org.moslora.layers.Tape;

/** A text model on its own, ready to run. */
public final class Llama implements Backbone {
    private final Compute compute;
    private final Arena arena;
    private final Inserted nothing;
    private final LanguageModel text;

    /**
     * Builds the model over a folder's weights, mapping them where it can.
     *
     * @param linears sees every linear layer as it is made
     */
    public Llama(LlamaFolder folder, Linears linears, Compute compute) {
        this.compute = compute;
        this.arena = Arena.open(compute);
        this.nothing = Inserted.nothing(arena);
        Parts parts =
                new Parts(new FrozenTensors(folder.weights(), arena, compute), linears, arena, compute, arena.none());
        this.text = new LanguageModel(parts, folder.text(), TextNames.alone());
    }

    @Override
    public Compute compute() {
        return compute;
    }

    @Override
    public Arena arena() {
        return arena;
    }

    @Override
    public Pass forward(Arena arena, Batch batch, long keep, long seed) {
        return text.forward(arena, batch, nothing, Tape.of(keep), seed);
    }

    @Override
    public Pass look(Arena arena, Batch batch) {
        return text.forward(arena, batch, nothing, Tape.none(), 0);
    }

    @Override
    public float[] losses(Arena arena, Pass pass) {
        return text.losses(arena, pass);
    }

    @Override
    public float[] backward(Arena arena, Pass pass, double scale) {
        return text.backward(arena, pass, scale);
    }

    @Override
    public KeyValueCache cache(int conversations, int room) {
        return text.cache(arena.child(), compute, conversations, room);
    }

    @Override
    public NDArray step(Arena arena, int[] ids, int[] lengths, List<float[]> pictures, KeyValueCache cache) {
        if (!pictures.isEmpty()) {
            throw new IllegalArgumentException("a text model takes no pictures, got " + pictures.size());
        }
        return text.step(arena, ids, lengths, nothing, cache);
    }

    @Override
    public void close() {
        arena.close();
    }
}
