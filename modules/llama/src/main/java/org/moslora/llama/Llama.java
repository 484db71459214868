package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.examples.Batch;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;

/** A text model on its own, ready to run. */
public final class Llama implements Backbone {
    private final ModelBuilder builder;
    private final ImageEmbeddings nothing;
    private final LanguageModel text;

    /**
     * Builds the model over a folder's weights, mapping them where it can.
     *
     * @param linears sees every linear layer as it is made
     */
    public Llama(LlamaFolder folder, Linears linears, Compute compute) {
        this.builder = ModelBuilder.open("", folder.weights(), linears, compute);
        this.nothing = ImageEmbeddings.nothing(builder.arena());
        this.text = new LanguageModel(builder, folder.text(), LlamaNames.alone());
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    @Override
    public LanguageModel text() {
        return text;
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
    public NDArray step(Arena arena, int[] ids, int[] lengths, List<PictureInput> pictures, KeyValueCache cache) {
        if (!pictures.isEmpty()) {
            throw new IllegalArgumentException("a text model takes no pictures, got " + pictures.size());
        }
        return text.step(arena, ids, lengths, nothing, cache);
    }
}
