package org.moslora.onnx.picture;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/** FLUX.1's transformer as a graph with the inputs of diffusers' class, for pictures of any size. */
public final class FluxGraph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis WORDS = Axis.free("sequence_length");
    private static final Axis PLACES = Axis.free("packed_height_width");
    private static final double THOUSAND = 1000;
    private static final double THETA = 10_000;

    private final MmditConfig config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;
    private final FlowTimes times;

    private FluxGraph(MmditConfig config, Graph graph, Predicate<String> adaptable) {
        this.config = config;
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), adaptable);
        this.ops = layers.ops();
        this.times = new FlowTimes(layers);
    }

    /**
     * The graph over a transformer's weights.
     *
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     */
    public static Graph of(MmditConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph("transformer", weights, stored);
        new FluxGraph(config, graph, adaptable).build();
        return graph;
    }

    private void build() {
        long place = 4L * config.channels();
        GraphValue latents = graph.input("hidden_states", Element.FLOAT, BATCH, PLACES, Axis.of(place));
        GraphValue states =
                graph.input("encoder_hidden_states", Element.FLOAT, BATCH, WORDS, Axis.of(config.textWidth()));
        GraphValue pooled = graph.input("pooled_projections", Element.FLOAT, BATCH, Axis.of(config.pooledWidth()));
        GraphValue timestep = graph.input("timestep", Element.FLOAT, Axis.free("step"));
        int axes = config.axes().size();
        GraphValue words = graph.input("txt_ids", Element.FLOAT, WORDS, Axis.of(axes));
        GraphValue places = graph.input("img_ids", Element.FLOAT, PLACES, Axis.of(axes));
        GraphValue guidance = config.guided() ? graph.input("guidance", Element.FLOAT, BATCH) : null;
        graph.at("time_text_embed");
        GraphValue time = time(timestep, pooled, guidance);
        graph.at("pos_embed");
        FlowStreams streams = new FlowStreams(layers, config.heads(), config.headWidth(), ops.sizes(latents, 0, 1));
        GraphValue length = ops.sizes(states, 1, 2);
        AxialTurns turns = AxialTurns.of(layers, ops.concat(0, words, places), config.axes(), THETA);
        graph.at("x_embedder");
        GraphValue x = streams.apart(layers.linear("x_embedder", layers.narrow(ops.reshape(latents, -1, place))));
        GraphValue text = streams.apart(
                layers.linear("context_embedder", layers.narrow(ops.reshape(states, -1, config.textWidth()))));
        GraphValue made = new FluxBlocks(config, streams, time, length, turns).over(graph, text, x);
        graph.at("proj_out");
        List<GraphValue> parts = streams.modulation("norm_out.linear", time, 2); // scale, shift
        GraphValue rows = streams.rows(streams.moved(made, parts.get(1), parts.get(0)));
        GraphValue velocity = layers.linear("proj_out", rows);
        graph.output(
                "out_hidden_states",
                ops.reshape(
                        velocity,
                        ops.concat(0, ops.sizes(latents, 0, 2), ops.vector(place)),
                        BATCH,
                        PLACES,
                        Axis.of(place)),
                BATCH,
                PLACES,
                Axis.of(place));
    }

    /** What time, pooled text and guidance say, activated: [B, width]. */
    private GraphValue time(GraphValue timestep, GraphValue pooled, @Nullable GraphValue guidance) {
        GraphValue sum = ops.add(
                embedded("timestep_embedder", sinusoid(ops.times(timestep, THOUSAND))),
                embedded("text_embedder", layers.narrow(pooled)));
        if (guidance != null) {
            sum = ops.add(sum, embedded("guidance_embedder", sinusoid(ops.times(guidance, THOUSAND))));
        }
        return layers.silu(sum);
    }

    private GraphValue embedded(String embedder, GraphValue x) {
        String path = "time_text_embed." + embedder;
        return times.embedded(path + ".linear_1", path + ".linear_2", x);
    }

    private GraphValue sinusoid(GraphValue t) {
        return times.sinusoid(t, MmditConfig.TIME);
    }
}
