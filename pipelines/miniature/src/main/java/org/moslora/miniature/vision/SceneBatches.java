package org.moslora.miniature.vision;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.moslora.datasets.miniature.language.SceneCaptions;
import org.moslora.datasets.miniature.paint.Frame;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.miniature.ScenePixels;
import org.moslora.miniature.SceneRenderer;

/** Batches of scenes, painted as they are asked for: every second one a portrait, the others several things on a grid. */
final class SceneBatches {
    private static final Frame ALL = new Frame(0, 0, 1, 1);

    private final Scenes scenes;
    private final ClipTokenizer tokens;
    private final ScenePainter painter;
    private final SceneRenderer easel;

    SceneBatches(long seed, Split split, ClipTokenizer tokens, int side) {
        this.scenes = new Scenes(seed, split, Cast.KNOWN);
        this.tokens = tokens;
        this.painter = new ScenePainter(side);
        this.easel = new SceneRenderer(side);
    }

    /**
     * A batch.
     *
     * @param pixels [B, 3, side, side] from −1 to 1
     * @param captions ids of each picture's
     * @param answers [questions, B · rows of a picture]
     */
    record Batch(NDArray pixels, List<int[]> captions, NDArray answers) {}

    /** The batch of a step, which no other step has; {@code first} is its first scene's number. */
    Batch batch(Arena arena, int first, int count) {
        List<Scene> some = new ArrayList<>();
        List<int[]> captions = new ArrayList<>();
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean portrait = i % 2 == 0;
            int number = first + i;
            Scene scene = portrait ? scenes.portrait(number) : scenes.grid(number, 0);
            SplittableRandom speech = scenes.speech(portrait ? Style.PORTRAIT : Style.GRID, number);
            some.add(scene);
            captions.add(tokens.encode(SceneCaptions.of(scene, speech)).ids());
            frames.add(portrait ? painter.frame(scene) : ALL);
        }
        long[] shape = {PatchLabels.SIZES.size(), (long) count * PatchLabels.ROWS};
        NDArray answers = Kernels.get().one(arena, "window", arena.longs(PatchLabels.of(some, frames)), 0, shape);
        return new Batch(ScenePixels.batch(arena, easel.pixels(some)), captions, answers);
    }
}
