package org.moslora.onnx.engine;

import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.onnx.language.PatchGraph;
import org.moslora.qwen.QwenConfig;
import org.moslora.qwen.QwenVision;

/** What a vision encoder's graph makes of pictures, as the decoder's tokens. */
interface GraphFeatures {
    /** [tokens, width] of a picture, one row after the other. */
    float[] of(PictureInput picture);

    /** Of whatever family. */
    static GraphFeatures of(MultimodalConfig config, VisionRuns runs) {
        if (config instanceof TiledConfig tiled) {
            return picture -> tiles(tiled, runs, picture);
        } else if (config instanceof QwenConfig qwen) {
            return picture -> patches(qwen, runs, picture);
        }
        LlavaConfig square = (LlavaConfig) config;
        return picture -> runs.run(squares(square, picture.pixels())).get(0);
    }

    private static List<VisionRuns.Given> squares(LlavaConfig config, float[] pixels) {
        int side = config.vision().imageSize();
        long count = pixels.length / (3L * side * side);
        return List.of(VisionRuns.Given.floats("pixel_values", pixels, count, 3, side, side));
    }

    private static float[] tiles(TiledConfig config, VisionRuns runs, PictureInput picture) {
        List<float[]> made = runs.run(squares(config.base(), picture.pixels()));
        return config.laidOut(made.get(0), made.get(1), picture);
    }

    private static float[] patches(QwenConfig config, VisionRuns runs, PictureInput picture) {
        QwenVision vision = config.vision();
        long rows = (long) picture.height() * picture.width();
        return runs.run(List.of(
                        VisionRuns.Given.floats(
                                "pixel_values", inTime(picture.pixels(), vision), rows, PatchGraph.numbers(vision)),
                        VisionRuns.Given.whole(
                                PatchGraph.grid(config), new long[] {1, picture.height(), picture.width()}, 1, 3)))
                .get(0);
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
