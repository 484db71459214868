package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.examples.image.PictureInput;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.onnx.language.DecoderGraph;
import org.moslora.onnx.session.RunningGraph;

/** Token ids and pictures to what a decoder reads, over the graphs of a tower and a table. */
final class Embeddings {
    private final MultimodalConfig config;
    private final GraphFeatures vision;
    private final RunningGraph table;

    Embeddings(MultimodalConfig config, GraphFeatures vision, RunningGraph table) {
        this.config = config;
        this.vision = vision;
        this.table = table;
    }

    /** Whose tokens they are. */
    MultimodalConfig config() {
        return config;
    }

    /**
     * Embeds ids.
     *
     * @param pictures pixels of the image tokens among them, in order
     * @return [n, width], in a direct buffer
     */
    FloatBuffer of(long[] ids, List<PictureInput> pictures) {
        int width = Math.toIntExact(DecoderGraph.given(config.text()));
        FloatBuffer made = RunningGraph.floats((long) ids.length * width);
        try (OnnxTensor given = table.whole("input_ids", ids, 1, ids.length);
                OnnxTensor embeddings = RunningGraph.tensor(made, 1, ids.length, width)) {
            table.run(Map.of("input_ids", given), Set.of(), Map.of("inputs_embeds", embeddings), null, false)
                    .close();
        }
        int at = 0;
        for (PictureInput picture : pictures) {
            at = insert(made, ids, at, vision.of(picture), width);
        }
        return made;
    }

    /** Puts a picture's rows in place of the next image tokens; where the search goes on after them. */
    private int insert(FloatBuffer made, long[] ids, int from, float[] features, int width) {
        int at = from;
        for (int row = 0; row < features.length; at++) {
            if (at == ids.length) {
                throw new IllegalArgumentException("there are fewer image tokens than the " + features.length / width
                        + " that a picture has features");
            }
            if (ids[at] == config.imageToken()) {
                made.put(at * width, features, row, width);
                row += width;
            }
        }
        return at;
    }
}
