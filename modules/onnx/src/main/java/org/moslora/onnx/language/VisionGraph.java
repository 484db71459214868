package org.moslora.onnx.language;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaNames;
import org.moslora.llava.TowerKind;
import org.moslora.llava.VisionConfig;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.ClipBlock;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/** CLIP's tower with LLaVA's projector (Liu et al. 2023, arXiv:2310.03744): pictures to what the decoder reads. */
public final class VisionGraph {
    private static final Axis BATCH = Axis.free("batch_size");

    private final LlavaConfig config;
    private final VisionConfig vision;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private VisionGraph(LlavaConfig config, Graph graph, Predicate<String> adaptable) {
        this.config = config;
        this.vision = config.vision();
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), adaptable);
        this.ops = layers.ops();
    }

    /**
     * The graph over a LLaVA's weights.
     *
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     */
    public static Graph of(LlavaConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph("vision_encoder", weights, stored);
        new VisionGraph(config, graph, adaptable).build();
        return graph;
    }

    /**
     * The same of a LLaVA that sees tiles, each of them a picture here: whoever asks puts them together, with the line break
     * that is the second output.
     */
    public static Graph of(TiledConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = of(config.base(), weights, stored, adaptable);
        GraphValue line = new Layers(graph, stored, adaptable).weight(TiledConfig.NEWLINE);
        graph.output("newline_embeds", line, Axis.of(config.text().hidden()));
        return graph;
    }

    private void build() {
        long side = vision.imageSize();
        GraphValue pixels = graph.input("pixel_values", Element.FLOAT, BATCH, Axis.of(3), Axis.of(side), Axis.of(side));
        GraphValue batch = ops.sizes(pixels, 0, 1);
        GraphValue x = embedded(layers.narrow(pixels), batch);
        ClipBlock block = new ClipBlock(vision.heads(), vision.epsilon(), vision.activation());
        List<GraphValue> states = new ArrayList<>(List.of(x));
        for (int i = 0; i < config.usedVisionLayers(); i++) {
            graph.at("vision.layers." + i);
            x = block.of(layers, LlavaNames.encoder(i), x, batch, null);
            states.add(x);
        }
        graph.at("projector");
        GraphValue[] chosen = config.featureLayers().stream().map(states::get).toArray(GraphValue[]::new);
        GraphValue features = used(chosen.length == 1 ? chosen[0] : ops.concat(1, chosen));
        GraphValue inner = layers.linear(LlavaNames.PROJECTOR + "linear_1", features);
        GraphValue y = layers.linear(
                LlavaNames.PROJECTOR + "linear_2", layers.activation(inner, config.projectorActivation()));
        long width = config.text().hidden();
        graph.output(
                "image_features",
                ops.reshape(y, -1, config.imageTokens(), width),
                BATCH,
                Axis.of(config.imageTokens()),
                Axis.of(width));
    }

    /** [B·tokens, width]: class token, where there is one, and patches of every picture, with positions, normed. */
    private GraphValue embedded(GraphValue pixels, GraphValue batch) {
        graph.at("vision.embeddings");
        String path = LlavaNames.VISION + "embeddings.";
        boolean clip = vision.kind() == TowerKind.CLIP;
        GraphValue kernel = layers.weight(path + "patch_embedding.weight");
        GraphValue bias = clip ? null : layers.weight(path + "patch_embedding.bias");
        GraphValue places = layers.convolved(pixels, kernel, bias, vision.patchSize(), 0, 0, 0, 0);
        GraphValue patches = ops.transpose(ops.reshape(places, 0, 0, -1), 0, 2, 1); // [B, patches, width]
        GraphValue table = layers.weight(path + "position_embedding.weight");
        if (!clip) {
            return ops.reshape(ops.add(patches, table), -1, vision.hidden());
        }
        GraphValue token = ops.reshape(layers.weight(path + "class_embedding"), 1, 1, vision.hidden());
        GraphValue tokens = ops.expand(
                token, ops.concat(0, batch, ops.vector(1L, 1L)), BATCH, Axis.of(1), Axis.of(vision.hidden()));
        GraphValue whole = ops.add(ops.concat(1, tokens, patches), table);
        GraphValue rows = ops.reshape(whole, -1, vision.hidden());
        return layers.layerNorm(LlavaNames.VISION + "pre_layrnorm", rows, vision.epsilon());
    }

    /** The rows that stand for a picture, with or without those of the class token. */
    private GraphValue used(GraphValue rows) {
        if (!config.skipsClassToken()) {
            return rows;
        }
        GraphValue pictures = ops.reshape(rows, -1, vision.tokens(), rows.size(1));
        return ops.reshape(ops.slice(pictures, 1, 1, vision.tokens()), -1, rows.size(1));
    }
}
