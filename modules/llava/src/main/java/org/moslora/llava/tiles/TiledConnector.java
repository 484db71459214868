package org.moslora.llava.tiles;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.llava.Projector;
import org.moslora.multimodal.Connected;
import org.moslora.multimodal.Connector;

/**
 * The projector over every tile, whose rows are then put together as they lie in the picture.
 *
 * @param projector of each feature
 * @param newline what comes after every row of the picture
 * @param grid how the picture was cut
 */
record TiledConnector(Projector projector, BlockTensors newline, TileGrid grid) implements Connector {
    @Override
    public boolean learns() {
        return projector.learns() || newline.learns();
    }

    @Override
    public Connected forward(Arena arena, NDArray features, List<PictureInput> pictures, long seed) {
        NDArray[] made = projector.forward(arena, features, seed);
        TileLayout layout = new TileLayout(grid, pictures, rows(features));
        NDArray index = arena.longs(layout.index());
        int tokens = layout.index().length / layout.taps();
        NDArray weights =
                layout.weights().length == 0 ? arena.none() : arena.floats(layout.weights(), layout.taps(), tokens);
        List<NDArray> saved = new ArrayList<>(List.of(index, weights));
        saved.addAll(Arrays.asList(made).subList(1, made.length));
        return new Connected(Kernels.get().one(arena, "laid_out", made[0], newline.block(), index, weights), saved);
    }

    private static int rows(NDArray features) {
        return (int) features.getShape().get(0);
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
        List<NDArray> saved = made.saved();
        NDArray projected = Kernels.get()
                .one(arena, "laid_out_back", dy, newline.block(), saved.get(0), saved.get(1), rows(features));
        return projector.backward(arena, projected, features, saved.subList(2, saved.size()), seed, need);
    }
}
