package org.moslora.onnx.language;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.onnx.graph.Rows;
import org.moslora.qwen.QwenConfig;
import org.moslora.qwen.QwenNames;
import org.moslora.qwen.QwenVision;
import org.moslora.tensors.WeightSource;

/**
 * A tower that sees pictures at their own resolution, with its mergers (Qwen2-VL, Wang et al. 2024, arXiv:2409.12191;
 * Qwen2.5-VL, Bai et al. 2025, arXiv:2502.13923): patches and grids of pictures to what the decoder reads.
 */
public final class PatchGraph {
    private static final Axis PATCHES = Axis.free("num_patches");

    private final QwenConfig config;
    private final QwenVision vision;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private PatchGraph(QwenConfig config, Graph graph, Predicate<String> adaptable) {
        this.config = config;
        this.vision = config.vision();
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), adaptable);
        this.ops = layers.ops();
    }

    /**
     * The graph over a model's weights.
     *
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     */
    public static Graph of(QwenConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph("vision_encoder", weights, stored);
        new PatchGraph(config, graph, adaptable).build();
        return graph;
    }

    /** What the input of the pictures' grids is called: transformers.js has another name in each family. */
    public static String grid(QwenConfig config) {
        return config.spelling() == QwenNames.QWEN2 ? "grid_thw" : "image_grid_thw";
    }

    /** Numbers that a patch has: each channel's, once for every picture in time. */
    public static int numbers(QwenVision vision) {
        return 3 * vision.time() * vision.patch() * vision.patch();
    }

    /**
     * How rows turn, and which see each other.
     *
     * @param bounds of pictures
     * @param count of pictures
     */
    private record Around(
            GraphValue cos,
            GraphValue sin,
            GraphValue bounds,
            GraphValue count,
            @Nullable PatchWindows windows) {}

    private void build() {
        GraphValue pixels = graph.input("pixel_values", Element.FLOAT, PATCHES, Axis.of(numbers(vision)));
        GraphValue grid = graph.input(grid(config), Element.LONG, Axis.free("num_images"), Axis.of(3));
        graph.at("vision.places");
        PatchPlaces places = PatchPlaces.of(ops, vision, grid, ops.sizes(pixels, 0, 1));
        Around around = around(places, grid);
        GraphValue x = embedded(layers.narrow(pixels), places);
        GraphValue[] tokens = new GraphValue[1 + vision.deep().size()];
        for (int i = 0; i < vision.depth(); i++) {
            graph.at("vision.blocks." + i);
            x = block(i, x, around);
            int deep = vision.deep().indexOf(i);
            if (deep >= 0) {
                graph.at("vision.deepstack." + deep);
                tokens[1 + deep] = merged(QwenNames.deepMerger(deep), x, true);
            }
        }
        graph.at("vision.merger");
        tokens[0] = merged(QwenNames.MERGER, x, false);
        GraphValue features = tokens.length == 1 ? tokens[0] : ops.concat(1, tokens);
        graph.output(
                "image_features", features, Axis.free("num_image_tokens"), Axis.of(DecoderGraph.given(config.text())));
    }

    private Around around(PatchPlaces places, GraphValue grid) {
        GraphValue half = places.angles();
        GraphValue angles = ops.unsqueeze(ops.concat(1, half, half), 1);
        GraphValue bounds = places.bounds();
        GraphValue count = ops.minus(ops.sizes(bounds, 0, 1), ops.vector(1L));
        PatchWindows windows = vision.window() > 0 ? PatchWindows.of(ops, vision, grid, places) : null;
        return new Around(ops.each("Cos", angles), ops.each("Sin", angles), bounds, count, windows);
    }

    /** [n, numbers] to [n, width]. */
    private GraphValue embedded(GraphValue pixels, PatchPlaces places) {
        graph.at("vision.embeddings");
        GraphValue weight = ops.reshape(layers.weight(QwenNames.EMBED), vision.width(), numbers(vision));
        GraphValue bias = config.patchBias() ? layers.weight(QwenNames.EMBED_BIAS) : null;
        GraphValue x = layers.product(pixels, weight, bias);
        return vision.places() == 0 ? x : ops.add(x, layers.narrow(places.read(layers.weight(QwenNames.PLACES))));
    }

    private GraphValue block(int number, GraphValue x, Around around) {
        String path = QwenNames.block(number);
        PatchWindows windows = vision.windowed(number) ? around.windows() : null;
        GraphValue h = ops.add(attention(path, normed(path + "norm1", x), around, windows), x);
        GraphValue n = normed(path + "norm2", h);
        GraphValue open = layers.activation(layers.linear(config.spelling().into(number), n), vision.activation());
        GraphValue inner = vision.gated() ? ops.times(open, layers.linear(QwenNames.up(number), n)) : open;
        return ops.add(layers.linear(config.spelling().out(number), inner), h);
    }

    /** A layer norm or, where the feed-forward part has a gate, an RMS norm. */
    private GraphValue normed(String path, GraphValue x) {
        return vision.gated()
                ? layers.rms(path + ".weight", x, QwenVision.EPSILON)
                : layers.layerNorm(path, x, QwenVision.EPSILON);
    }

    private GraphValue attention(String path, GraphValue x, Around around, @Nullable PatchWindows windows) {
        GraphValue all = layers.linear(path + "attn.qkv", x);
        GraphValue q = turned(part(all, 0), around);
        GraphValue k = turned(part(all, 1), around);
        GraphValue v = part(all, 2);
        return layers.linear(path + "attn.proj", windows == null ? seen(q, k, v, around) : seen(q, k, v, windows));
    }

    /** One of queries, keys and values, [n, width]. */
    private GraphValue part(GraphValue all, int which) {
        return ops.slice(all, 1, (long) which * vision.width(), (which + 1L) * vision.width());
    }

    /** What rows see of their picture, by the runtime's own attention, for pictures one by one. */
    private GraphValue seen(GraphValue q, GraphValue k, GraphValue v, Around around) {
        Rows rows = new Rows(ops);
        return rows.oneByOne(around.count(), q, number -> {
            GraphValue from = ops.gather(around.bounds(), number);
            GraphValue to = ops.gather(around.bounds(), ops.add(number, ops.vector(1L)));
            return layers.attention(
                    rows.stretch(q, from, to),
                    rows.stretch(k, from, to),
                    rows.stretch(v, from, to),
                    ops.vector(1L),
                    vision.heads(),
                    true);
        });
    }

    /** What rows see of their window: of scores, side² a row. */
    private GraphValue seen(GraphValue q, GraphValue k, GraphValue v, PatchWindows windows) {
        GraphValue count = windows.count();
        GraphValue made = layers.attend(
                layers.byHead(ops.gather(q, windows.slots()), count, vision.heads()),
                layers.byHeadTurned(ops.gather(k, windows.slots()), count, vision.heads()),
                layers.byHead(ops.gather(v, windows.slots()), count, vision.heads()),
                layers.masked(windows.empty()),
                false);
        return ops.gather(layers.fromHeads(made), windows.places());
    }

    /** Turns pairs (i, i + d/2) of each head by the angles of their places, in FLOAT. */
    private GraphValue turned(GraphValue x, Around around) {
        long width = vision.width() / vision.heads();
        GraphValue wide = layers.wide(ops.reshape(x, -1, vision.heads(), width));
        GraphValue crossed =
                ops.concat(2, ops.times(ops.slice(wide, 2, width / 2, width), -1), ops.slice(wide, 2, 0, width / 2));
        GraphValue made = ops.add(ops.times(wide, around.cos()), ops.times(crossed, around.sin()));
        return layers.narrow(ops.reshape(made, -1, vision.width()));
    }

    /** Rows to tokens, normed before they are joined or, with {@code late}, after. */
    private GraphValue merged(String path, GraphValue x, boolean late) {
        QwenNames names = config.spelling();
        GraphValue joined = late
                ? normed(names.mergerNorm(path), ops.reshape(x, -1, vision.joined()))
                : ops.reshape(normed(names.mergerNorm(path), x), -1, vision.joined());
        GraphValue inner = layers.activation(layers.linear(names.mergerIn(path), joined), "gelu");
        return layers.linear(names.mergerOut(path), inner);
    }
}
