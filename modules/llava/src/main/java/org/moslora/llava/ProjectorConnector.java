package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.multimodal.Connected;
import org.moslora.multimodal.Connector;

/** The projector alone: a token for each feature, as they come. */
record ProjectorConnector(Projector projector) implements Connector {
    @Override
    public boolean learns() {
        return projector.learns();
    }

    @Override
    public Connected forward(Arena arena, NDArray features, List<PictureInput> pictures, long seed) {
        NDArray[] made = projector.forward(arena, features, seed);
        return new Connected(made[0], Arrays.asList(made).subList(1, made.length));
    }

    @Override
    public NDArray backward(
            Arena arena,
            NDArray dy,
            NDArray features,
            Connected made,
            List<PictureInput> pictures,
            long seed,
            boolean need) {
        return projector.backward(arena, dy, features, made.saved(), seed, need);
    }
}
