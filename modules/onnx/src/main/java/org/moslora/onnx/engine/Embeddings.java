package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.PictureInput;
import org.moslora.llava.LlavaConfig;
import org.moslora.onnx.session.RunningGraph;

/** Token ids and pictures to what a LLaVA's decoder reads, over the graphs of its tower and its table. */
final class Embeddings {
    private final LlavaConfig config;
    private final RunningGraph vision;
    private final RunningGraph table;
    private final @Nullable OrtLoraAdapter adapter;

    /** @param adapter of the tower, or null */
    Embeddings(LlavaConfig config, RunningGraph vision, RunningGraph table, @Nullable OrtLoraAdapter adapter) {
        this.config = config;
        this.vision = vision;
        this.table = table;
        this.adapter = adapter;
    }

    /**
     * Embeds ids.
     *
     * @param pictures pixels of the image tokens among them, in order
     * @return [n, hidden], in a direct buffer
     */
    FloatBuffer of(long[] ids, List<PictureInput> pictures) {
        int hidden = config.text().hidden();
        FloatBuffer made = RunningGraph.floats((long) ids.length * hidden);
        try (OnnxTensor given = table.whole("input_ids", ids, 1, ids.length);
                OnnxTensor embeddings = RunningGraph.tensor(made, 1, ids.length, hidden)) {
            table.run(Map.of("input_ids", given), Set.of(), Map.of("inputs_embeds", embeddings), null, false)
                    .close();
        }
        int at = 0;
        for (PictureInput picture : pictures) {
            at = insert(made, ids, at, features(picture.pixels()));
        }
        return made;
    }

    private FloatBuffer features(float[] pixels) {
        int side = config.vision().imageSize();
        int tokens = config.imageTokens();
        int hidden = config.text().hidden();
        FloatBuffer input = RunningGraph.floats(pixels.length).put(0, pixels);
        FloatBuffer made = RunningGraph.floats((long) tokens * hidden);
        try (OnnxTensor given = RunningGraph.tensor(input, 1, 3, side, side);
                OnnxTensor features = RunningGraph.tensor(made, 1, tokens, hidden)) {
            vision.run(Map.of("pixel_values", given), Set.of(), Map.of("image_features", features), adapter, false)
                    .close();
        }
        return made;
    }

    /** Puts a picture's rows in place of the next image tokens; where the search goes on after them. */
    private int insert(FloatBuffer made, long[] ids, int from, FloatBuffer features) {
        int hidden = config.text().hidden();
        int at = from;
        for (int row = 0; row < config.imageTokens(); at++) {
            if (at == ids.length) {
                throw new IllegalArgumentException(
                        "there are fewer image tokens than the " + config.imageTokens() + " of each picture");
            }
            if (ids[at] == config.imageToken()) {
                made.put(at * hidden, features, row * hidden, hidden);
                row++;
            }
        }
        return at;
    }
}
