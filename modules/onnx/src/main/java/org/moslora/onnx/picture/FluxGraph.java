package org.moslora.onnx.picture;

import java.util.ArrayList;
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

    private final MmditConfig config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private FluxGraph(MmditConfig config, Graph graph, Predicate<String> adaptable) {
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
        FluxBlocks blocks = new FluxBlocks(
                config,
                layers,
                time,
                ops.sizes(latents, 0, 1),
                ops.sizes(states, 1, 2),
                turns(ops.concat(0, words, places)));
        graph.at("x_embedder");
        GraphValue x = blocks.apart(layers.linear("x_embedder", layers.narrow(ops.reshape(latents, -1, place))));
        GraphValue text = blocks.apart(
                layers.linear("context_embedder", layers.narrow(ops.reshape(states, -1, config.textWidth()))));
        GraphValue made = blocks.over(graph, text, x);
        graph.at("proj_out");
        List<GraphValue> parts = blocks.modulation("norm_out.linear", 2); // scale, shift
        GraphValue rows = blocks.rows(blocks.moved(made, parts.get(1), parts.get(0)));
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
        return layers.linear(path + ".linear_2", layers.silu(layers.linear(path + ".linear_1", x)));
    }

    private GraphValue sinusoid(GraphValue t) {
        int half = MmditConfig.TIME / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            // In the float arithmetic of the model's own code.
            frequencies[i] = (float) Math.exp(i * -(float) Math.log(10_000) / (float) half);
        }
        GraphValue angles = ops.times(ops.unsqueeze(t, 1), ops.vector(frequencies));
        return layers.narrow(ops.concat(1, ops.each("Cos", angles), ops.each("Sin", angles)));
    }

    /** Cosines and sines of all rows' positions [n, axes], each [n, 1, d/2, 1]. */
    private List<GraphValue> turns(GraphValue at) {
        List<GraphValue> angles = new ArrayList<>();
        for (int axis = 0; axis < config.axes().size(); axis++) {
            int width = config.axes().get(axis);
            float[] steps = new float[width / 2];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = (float) Math.pow(10_000, -2.0 * i / width);
            }
            angles.add(ops.times(ops.slice(at, 1, axis, axis + 1L), ops.vector(steps)));
        }
        GraphValue all = ops.concat(1, angles.toArray(new GraphValue[0]));
        return List.of(
                layers.narrow(ops.unsqueeze(ops.each("Cos", all), 1, 3)),
                layers.narrow(ops.unsqueeze(ops.each("Sin", all), 1, 3)));
    }
}
