package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.multimodal.PictureTower;

/** A tower of square pictures, and of larger ones as several such tiles, each of which it sees by itself. */
public final class TileTower implements PictureTower {
    private final int side;
    private final VisionTower tower;

    /** Makes its parts. */
    public TileTower(ModelBuilder builder, LlavaConfig config) {
        this.side = config.vision().imageSize();
        this.tower = new VisionTower(
                builder, LlavaNames.VISION, config.vision(), config.featureLayers(), config.skipsClassToken());
    }

    @Override
    public boolean learns() {
        return tower.learns();
    }

    /** [tiles, 3, side, side] */
    @Override
    public NDArray pixels(Arena arena, List<PictureInput> pictures) {
        List<float[]> tiles = pictures.stream().map(PictureInput::pixels).toList();
        long entries = tiles.stream().mapToLong(some -> some.length).sum();
        return arena.stacked(tiles, entries / (3L * side * side), 3, side, side);
    }

    @Override
    public NDArray forward(Arena arena, NDArray pixels, List<PictureInput> pictures, long seed, Tape tape) {
        return tower.forward(arena, pixels, seed, tape);
    }

    @Override
    public void backward(
            Arena arena, NDArray features, NDArray pixels, List<PictureInput> pictures, long seed, Tape tape) {
        tower.backward(arena, features, pixels, seed, tape);
    }
}
