package org.moslora.onnx.picture;

import java.util.List;
import java.util.function.Predicate;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/**
 * The transformer of Stable Diffusion 3 and 3.5 as a graph with the inputs of diffusers' class, for pictures of any size up to
 * that of its table of positions.
 */
public final class StableDiffusion3Graph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis WORDS = Axis.free("sequence_length");
    private static final Axis HEIGHT = Axis.free("height");
    private static final Axis WIDTH = Axis.free("width");
    private static final int ENDING = 2;

    private final MmditConfig config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private StableDiffusion3Graph(MmditConfig config, Graph graph, Predicate<String> adaptable) {
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
        new StableDiffusion3Graph(config, graph, adaptable).build();
        return graph;
    }

    private void build() {
        Axis channels = Axis.of(config.channels());
        GraphValue latents = graph.input("hidden_states", Element.FLOAT, BATCH, channels, HEIGHT, WIDTH);
        GraphValue states =
                graph.input("encoder_hidden_states", Element.FLOAT, BATCH, WORDS, Axis.of(config.textWidth()));
        GraphValue pooled = graph.input("pooled_projections", Element.FLOAT, BATCH, Axis.of(config.pooledWidth()));
        GraphValue timestep = graph.input("timestep", Element.FLOAT, Axis.free("step"));
        graph.at("time_text_embed");
        GraphValue time = time(timestep, pooled);
        FlowStreams streams = new FlowStreams(layers, config.heads(), config.headWidth(), ops.sizes(latents, 0, 1));
        graph.at("pos_embed");
        GraphValue places = places(streams, latents);
        graph.at("context_embedder");
        GraphValue text = streams.apart(
                layers.linear("context_embedder", layers.narrow(ops.reshape(states, -1, config.textWidth()))));
        GraphValue made = blocks(streams, time, text, places);
        graph.at("proj_out");
        List<GraphValue> parts = streams.modulation("norm_out.linear", time, ENDING); // scale, shift
        GraphValue rows = streams.rows(streams.moved(made, parts.get(1), parts.get(0)));
        GraphValue velocity = new LatentPatches(ops, latents).back(layers.linear("proj_out", rows));
        graph.output("out_hidden_states", velocity, BATCH, channels, HEIGHT, WIDTH);
    }

    /** What time and pooled text say, activated: [B, width]. */
    private GraphValue time(GraphValue timestep, GraphValue pooled) {
        FlowTimes times = new FlowTimes(layers);
        String path = "time_text_embed.";
        GraphValue said = times.embedded(
                path + "timestep_embedder.linear_1",
                path + "timestep_embedder.linear_2",
                times.sinusoid(timestep, MmditConfig.TIME));
        GraphValue told =
                times.embedded(path + "text_embedder.linear_1", path + "text_embedder.linear_2", layers.narrow(pooled));
        return layers.silu(ops.add(said, told));
    }

    /** Squares of two by two latents as a stream, what is known of their positions added. */
    private GraphValue places(FlowStreams streams, GraphValue latents) {
        GraphValue squares = layers.turned(layers.convolution("pos_embed.proj", layers.narrow(latents), 2, 0, 0, 0, 0));
        GraphValue high = ops.sizes(squares, 1, 2);
        GraphValue wide = ops.sizes(squares, 2, 3);
        return ops.add(streams.apart(layers.rows(squares)), positions(high, wide));
    }

    /** Those of a square of which a picture has the middle: [1, h·w, width]. */
    private GraphValue positions(GraphValue high, GraphValue wide) {
        long side = config.side();
        GraphValue square = ops.reshape(layers.weight(MmditNames.POSITIONS), side, side, config.width());
        GraphValue rows = ops.first(ops.after(square, 0, margin(side, high)), 0, high);
        GraphValue middle = ops.first(ops.after(rows, 1, margin(side, wide)), 1, wide);
        return ops.reshape(middle, 1, -1, config.width());
    }

    private GraphValue margin(long side, GraphValue inside) {
        return ops.over(ops.minus(ops.vector(side), inside), ops.vector(2L));
    }

    /** The places' rows behind all blocks, of the last of which nobody reads the text. */
    private GraphValue blocks(FlowStreams streams, GraphValue time, GraphValue text, GraphValue places) {
        JointBlock block =
                new JointBlock(streams, null, config.headNorms(), ops.sizes(text, 1, 2), FluxBlocks.feed(layers));
        List<GraphValue> both = List.of(text, places);
        for (int i = 0; i < config.doubles(); i++) {
            String path = "transformer_blocks." + i;
            graph.at(path);
            boolean twice = config.dual().contains(i);
            List<GraphValue> p =
                    streams.modulation(path + ".norm1.linear", time, twice ? JointBlock.TWICE : JointBlock.ONCE);
            List<GraphValue> t = ofText(streams, path + ".norm1_context.linear", time, config.ends(i));
            both = block.of(path + ".", both.get(0), both.get(1), t, p);
        }
        return both.get(1);
    }

    private static List<GraphValue> ofText(FlowStreams streams, String path, GraphValue time, boolean ends) {
        List<GraphValue> parts = streams.modulation(path, time, ends ? ENDING : JointBlock.ONCE);
        return ends ? List.of(parts.get(1), parts.get(0)) : parts; // an ending says scale first
    }
}
