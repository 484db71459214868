package org.moslora.onnx.picture;

import java.util.List;
import java.util.function.Predicate;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/**
 * FLUX.2 klein's transformer as a graph with the inputs of diffusers' class, for pictures of any size. In go
 *
 * <ul>
 *   <li>{@code hidden_states} [B, h·w, channels], the latents place by place, row by row;
 *   <li>{@code encoder_hidden_states} [B, n, width], of every token the states behind the text encoder's three blocks side by
 *       side, of those that fill a text up too;
 *   <li>{@code timestep} [B], σ from 0 to 1;
 *   <li>{@code txt_ids} [n, 4], a token's number last, and {@code img_ids} [h·w, 4], a place's row and column in the middle.
 * </ul>
 *
 * Out comes {@code out_hidden_states}, the velocity as the latents lie.
 */
public final class Flux2Graph {
    private static final Axis BATCH = Axis.free("batch_size");
    private static final Axis WORDS = Axis.free("sequence_length");
    private static final Axis PLACES = Axis.free("packed_height_width");
    private static final double THOUSAND = 1000;
    private static final double EPSILON = 1e-6;
    private static final int ONE = 3;

    private final Flux2Config config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;

    private Flux2Graph(Flux2Config config, Graph graph, Predicate<String> adaptable) {
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
    public static Graph of(Flux2Config config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph("transformer", weights, stored);
        new Flux2Graph(config, graph, adaptable).build();
        return graph;
    }

    private void build() {
        Axis place = Axis.of(config.channels());
        GraphValue latents = graph.input("hidden_states", Element.FLOAT, BATCH, PLACES, place);
        GraphValue states =
                graph.input("encoder_hidden_states", Element.FLOAT, BATCH, WORDS, Axis.of(config.textWidth()));
        GraphValue timestep = graph.input("timestep", Element.FLOAT, BATCH);
        int axes = config.axes().size();
        GraphValue words = graph.input("txt_ids", Element.FLOAT, WORDS, Axis.of(axes));
        GraphValue places = graph.input("img_ids", Element.FLOAT, PLACES, Axis.of(axes));
        FlowStreams streams = new FlowStreams(layers, config.heads(), config.headWidth(), ops.sizes(latents, 0, 1));
        GraphValue time = time(timestep);
        graph.at("pos_embed");
        AxialTurns turns = AxialTurns.of(layers, ops.concat(0, words, places), config.axes(), config.theta());
        GraphValue length = ops.sizes(states, 1, 2);
        GraphValue text = embedded(streams, "context_embedder", states);
        GraphValue x = embedded(streams, "x_embedder", latents);
        JointBlock block = new JointBlock(streams, turns, true, length, this::fed);
        GraphValue joined = once(streams, turns, time, twice(streams, block, time, text, x));
        graph.at("proj_out");
        List<GraphValue> parts = streams.modulation("norm_out.linear", time, 2); // scale, shift
        GraphValue made = streams.moved(ops.after(joined, 1, length), parts.get(1), parts.get(0));
        GraphValue velocity = layers.linear("proj_out", streams.rows(made));
        GraphValue shape = ops.sizes(latents, 0, 3);
        graph.output("out_hidden_states", ops.reshape(velocity, shape, BATCH, PLACES, place), BATCH, PLACES, place);
    }

    /** What the time says, activated: [B, width]. */
    private GraphValue time(GraphValue timestep) {
        graph.at("time_guidance_embed");
        String path = "time_guidance_embed.timestep_embedder.";
        FlowTimes times = new FlowTimes(layers);
        GraphValue sinusoid = times.sinusoid(ops.times(timestep, THOUSAND), config.timeWidth());
        return layers.silu(times.embedded(path + "linear_1", path + "linear_2", sinusoid));
    }

    private GraphValue embedded(FlowStreams streams, String path, GraphValue x) {
        graph.at(path);
        return streams.apart(layers.linear(path, layers.narrow(ops.reshape(x, -1, x.size(2)))));
    }

    private GraphValue fed(String path, GraphValue rows) {
        GraphValue inner = layers.linear(path + "linear_in", rows);
        return layers.linear(path + "linear_out", FlowStreams.opened(layers, inner));
    }

    /** Both streams through the blocks of two, which all are modulated alike, and then as one. */
    private GraphValue twice(
            FlowStreams streams, JointBlock block, GraphValue time, GraphValue text, GraphValue places) {
        graph.at("double_stream_modulation");
        List<GraphValue> p = streams.modulation("double_stream_modulation_img.linear", time, JointBlock.ONCE);
        List<GraphValue> t = streams.modulation("double_stream_modulation_txt.linear", time, JointBlock.ONCE);
        List<GraphValue> both = List.of(text, places);
        for (int i = 0; i < config.doubles(); i++) {
            graph.at("transformer_blocks." + i);
            both = block.of("transformer_blocks." + i + ".", both.get(0), both.get(1), t, p);
        }
        return ops.concat(1, both.get(0), both.get(1));
    }

    private GraphValue once(FlowStreams streams, AxialTurns turns, GraphValue time, GraphValue joined) {
        graph.at("single_stream_modulation");
        List<GraphValue> m = streams.modulation("single_stream_modulation.linear", time, ONE);
        GraphValue x = joined;
        for (int i = 0; i < config.singles(); i++) {
            graph.at("single_transformer_blocks." + i);
            x = single(streams, turns, "single_transformer_blocks." + i + ".attn.", x, m);
        }
        return x;
    }

    /** Attention and feed-forward part side by side, one layer in and one out. */
    private GraphValue single(FlowStreams streams, AxialTurns turns, String path, GraphValue x, List<GraphValue> m) {
        GraphValue n = streams.rows(streams.moved(x, m.get(0), m.get(1)));
        GraphValue all = layers.linear(path + "to_qkv_mlp_proj", n);
        long width = config.width();
        GraphValue q = turns.over(streams.headed(ops.slice(all, 1, 0, width), path + "norm_q", EPSILON));
        GraphValue k = turns.over(streams.headed(ops.slice(all, 1, width, 2 * width), path + "norm_k", EPSILON));
        GraphValue seen = streams.attention(q, k, ops.slice(all, 1, 2 * width, 3 * width));
        GraphValue inner = FlowStreams.opened(layers, ops.slice(all, 1, 3 * width, all.size(1)));
        return streams.gated(x, m.get(2), layers.linear(path + "to_out", ops.concat(1, seen, inner)));
    }
}
