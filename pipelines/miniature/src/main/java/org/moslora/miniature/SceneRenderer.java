package org.moslora.miniature;

import java.util.List;
import java.util.stream.IntStream;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.examples.image.PictureInput;

/** Paints scenes side by side, on every processor that is free. */
public final class SceneRenderer {
    private final int side;
    private final ScenePainter painter;

    /** @param side of the pictures in pixels */
    public SceneRenderer(int side) {
        this.side = side;
        this.painter = new ScenePainter(side);
    }

    /** Each scene's pixels, [3, side, side] from −1 to 1. */
    public List<float[]> pixels(List<Scene> scenes) {
        return IntStream.range(0, scenes.size())
                .parallel()
                .mapToObj(i -> ScenePixels.of(painter.paint(scenes.get(i)), -1, 1))
                .toList();
    }

    /** The same as a model's tower takes them. */
    public List<PictureInput> inputs(List<Scene> scenes) {
        return pixels(scenes).stream()
                .map(pixels -> new PictureInput(pixels, side, side, 0))
                .toList();
    }
}
