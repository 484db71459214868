package org.moslora.onnx.picture;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.moslora.diffusion.unet.BlockSpec;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetLayout;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;
import org.moslora.tensors.WeightSource;

/** The UNet of Stable Diffusion (Rombach et al. 2022, arXiv:2112.10752) as a graph, for pictures of any size. */
public final class UNetGraph {
    private static final Axis BATCH = Axis.free("batch_size");

    private final UNetConfig config;
    private final Graph graph;
    private final Layers layers;
    private final Operators ops;
    /** What the way down hands over and the way up has not taken yet. */
    private final Deque<GraphValue> skips = new ArrayDeque<>();

    private UNetGraph(UNetConfig config, Graph graph, Predicate<String> adaptable) {
        this.config = config;
        this.graph = graph;
        this.layers = new Layers(graph, graph.stored(), adaptable);
        this.ops = layers.ops();
    }

    /**
     * The graph over a UNet's weights.
     *
     * @param stored format of the weights and of what is computed
     * @param adaptable whether the layer of a path takes a low-rank pair as optional inputs
     */
    public static Graph of(UNetConfig config, WeightSource weights, Element stored, Predicate<String> adaptable) {
        Graph graph = new Graph("unet", weights, stored);
        new UNetGraph(config, graph, adaptable).build();
        return graph;
    }

    private void build() {
        GraphValue sample = graph.input(
                "sample", Element.FLOAT, BATCH, Axis.of(config.inChannels()), Axis.free("height"), Axis.free("width"));
        GraphValue timestep = graph.input("timestep", Element.FLOAT);
        GraphValue states = graph.input(
                "encoder_hidden_states",
                Element.FLOAT,
                BATCH,
                Axis.free("sequence_length"),
                Axis.of(config.textWidth()));
        GraphValue time = time(timestep);
        GraphValue text = layers.narrow(ops.reshape(states, -1, config.textWidth())); // [B·m, width]
        GraphValue batch = ops.sizes(sample, 0, 1);
        graph.at("conv_in");
        GraphValue x = layers.convolution("conv_in", layers.narrow(sample), 1, 1, 1, 1, 1);
        skips.push(x);
        for (BlockSpec step : UNetLayout.of(config)) {
            graph.at(step.path());
            x = block(step, x, time, text, batch);
        }
        graph.at("conv_out");
        GraphValue normed = layers.silu(layers.groupNorm("conv_norm_out", x, config.groups(), config.epsilon()));
        GraphValue made = layers.convolution("conv_out", normed, 1, 1, 1, 1, 1);
        graph.output("out_sample", made, BATCH, Axis.of(config.outChannels()), Axis.free("height"), Axis.free("width"));
    }

    private GraphValue block(BlockSpec step, GraphValue x, GraphValue time, GraphValue text, GraphValue batch) {
        if (step instanceof BlockSpec.Resnet resnet) {
            return kept(resnet.kept(), resnet(resnet, x, time));
        }
        if (step instanceof BlockSpec.Transformer transformer) {
            return kept(transformer.kept(), new TransformerGraph(config, layers, text, batch).of(transformer, x));
        }
        if (step instanceof BlockSpec.Upsample) {
            // For odd sizes what the way down had is not twice of what there is now.
            GraphValue like = skips.element();
            GraphValue large = layers.enlarged(x, ops.sizes(like, 2, 3), ops.sizes(like, 3, 4));
            return layers.convolution(step.path(), large, 1, 1, 1, 1, 1);
        }
        return kept(true, layers.convolution(step.path(), x, 2, 1, 1, 1, 1));
    }

    private GraphValue kept(boolean kept, GraphValue x) {
        if (kept) {
            skips.push(x);
        }
        return x;
    }

    private GraphValue resnet(BlockSpec.Resnet step, GraphValue below, GraphValue time) {
        GraphValue x = step.skip() > 0 ? ops.concat(1, below, skips.pop()) : below;
        String path = step.path();
        GraphValue h = layers.silu(layers.groupNorm(path + ".norm1", x, config.groups(), config.epsilon()));
        h = layers.convolution(path + ".conv1", h, 1, 1, 1, 1, 1);
        h = ops.add(h, ops.unsqueeze(layers.linear(path + ".time_emb_proj", time), 2, 3));
        h = layers.silu(layers.groupNorm(path + ".norm2", h, config.groups(), config.epsilon()));
        h = layers.convolution(path + ".conv2", h, 1, 1, 1, 1, 1);
        boolean widens = step.below() + step.skip() != step.channels();
        return ops.add(h, widens ? layers.convolution(path + ".conv_shortcut", x, 1, 0, 0, 0, 0) : x);
    }

    /** The activated time embedding, [1, width], or [B, width] with SDXL's pooled text and sizes in it. */
    private GraphValue time(GraphValue timestep) {
        graph.at("time_embedding");
        GraphValue wave = layers.narrow(
                sinusoid(ops.reshape(timestep, 1), config.levels().get(0).channels()));
        GraphValue embedded = embedded("time_embedding", wave);
        UNetConfig.Added added = config.added();
        if (added != null) {
            graph.at("add_embedding");
            GraphValue pooled = graph.input("text_embeds", Element.FLOAT, BATCH, Axis.of(added.pooledWidth()));
            GraphValue sizes = graph.input("time_ids", Element.FLOAT, BATCH, Axis.of(UNetConfig.Added.SIZES));
            GraphValue waves = ops.reshape(
                    sinusoid(ops.reshape(sizes, -1), added.sizeWidth()),
                    -1,
                    (long) UNetConfig.Added.SIZES * added.sizeWidth());
            embedded = ops.add(embedded, embedded("add_embedding", layers.narrow(ops.concat(1, pooled, waves))));
        }
        return layers.silu(embedded);
    }

    private GraphValue embedded(String path, GraphValue x) {
        return layers.linear(path + ".linear_2", layers.silu(layers.linear(path + ".linear_1", x)));
    }

    /** [n, width]: cosines and sines of t [n] times a geometric series of frequencies, in FLOAT. */
    private GraphValue sinusoid(GraphValue t, int width) {
        int half = width / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            // In the float arithmetic of the models' own code.
            frequencies[i] = (float) Math.exp(i * -(float) Math.log(10_000) / (float) (half - config.shift()));
        }
        GraphValue angles = ops.times(ops.unsqueeze(t, 1), ops.vector(frequencies)); // [n, half]
        GraphValue cos = ops.each("Cos", angles);
        GraphValue sin = ops.each("Sin", angles);
        GraphValue wave = config.flip() ? ops.concat(1, cos, sin) : ops.concat(1, sin, cos);
        return width % 2 == 0 ? wave : ops.concat(1, wave, ops.times(ops.slice(wave, 1, 0, 1), 0));
    }
}
