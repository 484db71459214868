package org.moslora.miniature;

import java.util.List;
import java.util.stream.IntStream;
import org.moslora.datasets.miniature.paint.Painter;
import org.moslora.datasets.miniature.world.Scene;

/** Paints scenes side by side, on every processor that is free. */
public final class Easel {
    private final Painter painter;

    /** @param side of the pictures in pixels */
    public Easel(int side) {
        this.painter = new Painter(side);
    }

    /** Each scene's pixels, [3, side, side] from −1 to 1. */
    public List<float[]> pixels(List<Scene> scenes) {
        return IntStream.range(0, scenes.size())
                .parallel()
                .mapToObj(i -> Pixels.of(painter.paint(scenes.get(i)), -1, 1))
                .toList();
    }
}
