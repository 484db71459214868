package org.moslora.onnx.language;

import java.util.function.Predicate;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.problems.InvalidInput;
import org.moslora.qwen.QwenConfig;
import org.moslora.tensors.WeightSource;

/** The graph from pictures to what the decoder reads, of whatever family. */
public final class PictureGraphs {
    private PictureGraphs() {}

    /**
     * The graph over a model's weights.
     *
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     * @throws InvalidInput for a family that has none
     */
    public static Graph of(MultimodalConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        if (config instanceof LlavaConfig llava) {
            return VisionGraph.of(llava, weights, stored, adaptable);
        } else if (config instanceof TiledConfig tiled) {
            return VisionGraph.of(tiled, weights, stored, adaptable);
        } else if (config instanceof QwenConfig qwen) {
            return PatchGraph.of(qwen, weights, stored, adaptable);
        }
        throw missing(config);
    }

    /** What is said of a family that has no graphs. */
    public static InvalidInput missing(MultimodalConfig config) {
        return new InvalidInput("config.json", "model_type " + config.family() + " has no ONNX graphs here");
    }
}
