package org.moslora.generation;

import java.util.List;
import org.moslora.examples.Batch;
import org.moslora.examples.Example;
import org.moslora.layers.Arena;
import org.moslora.llama.Backbone;

/**
 * A {@link LanguageModelRunner} over libtorch.
 *
 * @param model closed with this
 */
public record TorchLanguageModelRunner(Backbone model) implements LanguageModelRunner {
    @Override
    public Decoder decoder() {
        return new TorchDecoder(model);
    }

    @Override
    public float[] losses(List<Example> examples) {
        try (Arena arena = model.step()) {
            return model.losses(arena, model.look(arena, Batch.of(examples)));
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
