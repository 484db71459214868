package org.moslora.onnx.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.AvailableMemory;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.onnx.language.PatchGraph;
import org.moslora.onnx.language.PictureGraphs;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.qwen.QwenConfig;
import org.moslora.qwen.QwenVision;

/** What a vision encoder's graph makes of pictures, as the decoder's tokens. */
@FunctionalInterface
interface GraphFeatures {
    /** A run of the graph, inputs in, its outputs out. */
    @FunctionalInterface
    interface Runs {
        List<float[]> run(List<VisionRuns.Given> given);
    }

    /** Tiles that are looked at at a time. */
    int TILES = 4;

    /** [tokens, width] of a picture, one row after the other. */
    float[] of(PictureInput picture);

    /**
     * Of whatever family.
     *
     * @param blockwise whether the graph keeps no score of every patch and every other
     * @param memory bytes that a picture may take
     */
    static GraphFeatures of(MultimodalConfig config, Runs runs, boolean blockwise, LongSupplier memory) {
        if (config instanceof TiledConfig tiled) {
            return picture -> tiles(tiled, runs, picture);
        } else if (config instanceof QwenConfig qwen) {
            return picture -> {
                mustFit(qwen.vision(), (long) picture.height() * picture.width(), blockwise, memory.getAsLong());
                return patches(qwen, runs, picture);
            };
        } else if (config instanceof LlavaConfig square) {
            return picture -> runs.run(squares(square, picture.pixels())).get(0);
        }
        throw PictureGraphs.missing(config);
    }

    private static List<VisionRuns.Given> squares(LlavaConfig config, float[] pixels) {
        int side = config.vision().imageSize();
        long count = pixels.length / (3L * side * side);
        return List.of(VisionRuns.Given.floats("pixel_values", pixels, count, 3, side, side));
    }

    private static float[] tiles(TiledConfig config, Runs runs, PictureInput picture) {
        int side = config.base().vision().imageSize();
        int some = TILES * 3 * side * side;
        float[] pixels = picture.pixels();
        float[] features = new float[0];
        float[] newline = new float[0];
        for (int from = 0; from < pixels.length; from += some) {
            float[] part = Arrays.copyOfRange(pixels, from, Math.min(pixels.length, from + some));
            List<float[]> made = runs.run(squares(config.base(), part));
            int before = features.length;
            features = Arrays.copyOf(features, before + made.get(0).length);
            System.arraycopy(made.get(0), 0, features, before, made.get(0).length);
            newline = made.get(1);
        }
        return config.laidOut(features, newline, picture);
    }

    private static float[] patches(QwenConfig config, Runs runs, PictureInput picture) {
        QwenVision vision = config.vision();
        long rows = (long) picture.height() * picture.width();
        VisionRuns.Given pixels = VisionRuns.Given.floats(
                "pixel_values", inTime(picture.pixels(), vision), rows, PatchGraph.numbers(vision));
        long[] grid = {1, picture.height(), picture.width()};
        return runs.run(List.of(pixels, VisionRuns.Given.whole(PatchGraph.grid(config), grid, 1, 3)))
                .get(0);
    }

    private static void mustFit(QwenVision vision, long rows, boolean blockwise, long available) {
        double needed = (double) Float.BYTES * rows * (blockwise ? inside(vision) : rows * (3.0 * vision.heads() + 4));
        if (needed > available) {
            throw new InvalidInput(
                    "picture",
                    String.format(
                            Locale.ROOT,
                            "of %,d patches needs about %s on ONNX Runtime%s, of which there are %s; lower max_pixels"
                                    + " in preprocessor_config.json%s",
                            rows,
                            AvailableMemory.readable((long) needed),
                            blockwise ? "" : " for its scores",
                            AvailableMemory.readable(available),
                            blockwise
                                    ? ""
                                    : ", export the model again, or take " + FieldName.of("engine")
                                            + " torch: neither keeps scores"));
        }
    }

    /** Numbers a patch that are there at a time: its own, rows of a block, and its scores in its window. */
    private static double inside(QwenVision vision) {
        double side = (double) vision.window() * vision.merge();
        return 2.0 * PatchGraph.numbers(vision)
                + 10.0 * vision.width()
                + 2.0 * vision.inner()
                + 3.0 * vision.heads() * side * side;
    }

    /** Every channel of every patch as often as the weight looks at pictures in time: a still picture does not change. */
    private static float[] inTime(float[] pixels, QwenVision vision) {
        int channel = vision.patch() * vision.patch();
        float[] all = new float[pixels.length * vision.time()];
        for (int i = 0; i < pixels.length / channel; i++) {
            for (int time = 0; time < vision.time(); time++) {
                System.arraycopy(pixels, i * channel, all, (i * vision.time() + time) * channel, channel);
            }
        }
        return all;
    }
}
