package org.moslora.onnx.picture;

import java.util.function.Predicate;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/**
 * Z-Image's transformer (arXiv:2511.22699) as a graph, for pictures of any size with even latents. In go
 *
 * <ul>
 *   <li>{@code hidden_states} [B, channels, height, width], the latents;
 *   <li>{@code timestep} [B], from 0, noise, to 1, the picture, as diffusers' class is told it: 1 − σ;
 *   <li>{@code encoder_hidden_states} [B, n, width], the n states of the captions' own tokens, nothing filled up.
 * </ul>
 *
 * Out comes {@code out_hidden_states} as the latents lie, what diffusers' class answers: the velocity with its sign turned.
 * Both streams are filled up inside, as the class does it. Captions of other lengths are run by themselves, which changes
 * nothing: what a picture gets does not depend on its batch.
 */
public final class ZImageGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis WORDS = Axis.free("sequence_length");
    private static final Axis HEIGHT = Axis.free("height");
    private static final Axis WIDTH = Axis.free("width");
    private static final int SINUSOID = 256;
    private static final int AXES = 3;
    private static final double EPSILON = 1e-6;

    private final ZImageConfig config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private ZImageGraph(ZImageConfig config, Graph graph, Predicate<String> adaptable) {
        this.config = config;
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), adaptable);
        this.ops = layers.ops();
    }

    /**
     * The graph over a transformer's weights.
     *
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     */
    public static Graph of(ZImageConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph("transformer", weights, stored);
        new ZImageGraph(config, graph, adaptable).build();
        return graph;
    }

    private void build() {
        Axis channels = Axis.of(config.channels());
        GraphValue latents = graph.input("hidden_states", Element.FLOAT, BATCH, channels, HEIGHT, WIDTH);
        GraphValue timestep = graph.input("timestep", Element.FLOAT, BATCH);
        GraphValue states =
                graph.input("encoder_hidden_states", Element.FLOAT, BATCH, WORDS, Axis.of(config.textWidth()));
        FlowStreams streams =
                new FlowStreams(layers, config.heads(), config.width() / config.heads(), ops.sizes(latents, 0, 1));
        LatentPatches patches = new LatentPatches(ops, latents);
        graph.at("t_embedder");
        FlowTimes times = new FlowTimes(layers);
        GraphValue time = times.embedded(
                "t_embedder.mlp.0", "t_embedder.mlp.2", times.sinusoid(ops.times(timestep, config.scale()), SINUSOID));
        graph.at("positions");
        GraphValue own = ops.times(patches.high(), patches.wide());
        GraphValue places = whole(own);
        AxialTurns turns = turns(patches, own, places, whole(ops.sizes(states, 1, 2)));
        GraphValue picture = new RefinedStream(streams, config.epsilon(), time, turns.first(places))
                .over(graph, "noise_refiner.", config.refiners(), pictureRows(streams, patches, places));
        GraphValue caption = new RefinedStream(streams, config.epsilon(), null, turns.after(places))
                .over(graph, "context_refiner.", config.refiners(), captionRows(streams, states));
        GraphValue made = new RefinedStream(streams, config.epsilon(), time, turns)
                .over(graph, "layers.", config.layers(), ops.concat(1, picture, caption));
        GraphValue answer = patches.back(answer(streams, ops.first(made, 1, own), time));
        graph.output("out_hidden_states", answer, BATCH, channels, HEIGHT, WIDTH);
    }

    /** A vector of one number made as large as the next multiple that rows are filled up to. */
    private GraphValue whole(GraphValue count) {
        GraphValue multiple = ops.vector((long) ZImageConfig.MULTIPLE);
        return ops.times(ops.over(ops.add(count, ZImageConfig.MULTIPLE - 1), multiple), multiple);
    }

    private GraphValue pictureRows(FlowStreams streams, LatentPatches patches, GraphValue length) {
        graph.at("all_x_embedder");
        GraphValue rows = layers.linear("all_x_embedder.2-1", layers.narrow(patches.rows(patches.latents())));
        return filled(streams, streams.apart(rows), "x_pad_token", length);
    }

    private GraphValue captionRows(FlowStreams streams, GraphValue states) {
        graph.at("cap_embedder");
        GraphValue normed = layers.rms(
                "cap_embedder.0.weight", layers.narrow(ops.reshape(states, -1, config.textWidth())), config.epsilon());
        GraphValue rows = layers.linear("cap_embedder.1", normed);
        return filled(streams, streams.apart(rows), "cap_pad_token", whole(ops.sizes(states, 1, 2)));
    }

    /** A stream with as many more rows of one kind as make it so long. */
    private GraphValue filled(FlowStreams streams, GraphValue stream, String pad, GraphValue length) {
        long most = ZImageConfig.MULTIPLE - 1L;
        GraphValue shape = ops.concat(0, streams.batch(), ops.vector(most, config.width()));
        GraphValue more = ops.expand(layers.weight(pad), shape, BATCH, Axis.of(most), Axis.of(config.width()));
        return ops.first(ops.concat(1, stream, more), 1, length);
    }

    /** Of the picture's rows, which stand at (n + 1, row, column) or, filling, nowhere, then of the caption's n rows. */
    private AxialTurns turns(LatentPatches patches, GraphValue own, GraphValue places, GraphValue words) {
        GraphValue number = ops.range(ops.vector(0L), own);
        GraphValue row = ops.over(number, patches.wide());
        GraphValue column = ops.minus(number, ops.times(row, patches.wide()));
        GraphValue frame = ops.add(ops.add(ops.times(number, 0), words), 1);
        int most = ZImageConfig.MULTIPLE - 1;
        GraphValue nowhere = ops.reshape(ops.vector(new long[AXES * most]), most, AXES);
        GraphValue picture = ops.first(ops.concat(0, beside(frame, row, column), nowhere), 0, places);
        GraphValue token = ops.add(ops.range(ops.vector(0L), words), 1);
        GraphValue none = ops.times(token, 0);
        GraphValue at = ops.cast(ops.concat(0, picture, beside(token, none, none)), Element.FLOAT);
        return AxialTurns.of(layers, at, config.axes(), config.theta());
    }

    /** Vectors as columns. */
    private GraphValue beside(GraphValue first, GraphValue second, GraphValue third) {
        return ops.concat(1, ops.unsqueeze(first, 1), ops.unsqueeze(second, 1), ops.unsqueeze(third, 1));
    }

    /** What is answered for each of the picture's own places. */
    private GraphValue answer(FlowStreams streams, GraphValue places, GraphValue time) {
        graph.at("all_final_layer");
        String path = "all_final_layer.2-1.";
        GraphValue scale = streams.modulation(path + "adaLN_modulation.1", layers.silu(time), 1)
                .get(0);
        GraphValue moved = ops.times(ops.norm(places, EPSILON), ops.add(scale, 1));
        return layers.linear(path + "linear", streams.rows(moved));
    }
}
