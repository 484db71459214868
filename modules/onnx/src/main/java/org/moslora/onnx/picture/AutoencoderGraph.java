package org.moslora.onnx.picture;

import java.util.List;
import java.util.function.UnaryOperator;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.Halves;
import org.moslora.diffusion.autoencoder.LayerMaker;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.tensors.WeightSource;

/** The two halves of the autoencoder as graphs; what scales latents for the UNet is outside of them. */
public final class AutoencoderGraph implements LayerMaker<UnaryOperator<GraphValue>> {
    private static final Axis BATCH = Axis.free("batch_size");

    private final Graph graph;
    private final Layers layers;
    private final int groups;

    private AutoencoderGraph(AutoencoderConfig config, Graph graph) {
        this.graph = graph;
        this.groups = config.groups();
        // Where the config forces it everything is computed in fp32, whatever the weights are stored in.
        this.layers = new Layers(graph, config.forceUpcast() ? Element.FLOAT : graph.stored(), path -> false);
    }

    /** Pictures to mean and logarithm of the variance of their latents; of packed ones to the mean as the model sees it. */
    public static Graph encoder(AutoencoderConfig config, WeightSource weights, Element stored) {
        Graph graph = new Graph("vae_encoder", weights, stored);
        AutoencoderGraph maker = new AutoencoderGraph(config, graph);
        GraphValue x = graph.input(
                "sample", Element.FLOAT, BATCH, Axis.of(config.inChannels()), Axis.free("height"), Axis.free("width"));
        GraphValue parameters = maker.run(Halves.encoder(maker, config), x);
        if (config.patch() > 1) {
            GraphValue mean = maker.layers.ops().slice(parameters, 1, 0, config.latentChannels());
            maker.told("latent_sample", maker.packed(config).of(maker.layers.wide(mean)));
            return graph;
        }
        graph.output(
                "latent_parameters",
                parameters,
                BATCH,
                Axis.of(2L * config.latentChannels()),
                Axis.free("latent_height"),
                Axis.free("latent_width"));
        return graph;
    }

    /** Latents, scaled back, to pictures; packed ones as the model sees them. */
    public static Graph decoder(AutoencoderConfig config, WeightSource weights, Element stored) {
        Graph graph = new Graph("vae_decoder", weights, stored);
        AutoencoderGraph maker = new AutoencoderGraph(config, graph);
        GraphValue x = graph.input(
                "latent_sample",
                Element.FLOAT,
                BATCH,
                Axis.of(config.seenChannels()),
                Axis.free("latent_height"),
                Axis.free("latent_width"));
        GraphValue own = config.patch() > 1 ? maker.packed(config).back(x) : x;
        graph.output(
                "sample",
                maker.run(Halves.decoder(maker, config), own),
                BATCH,
                Axis.of(config.outChannels()),
                Axis.free("height"),
                Axis.free("width"));
        return graph;
    }

    private PackedLatents packed(AutoencoderConfig config) {
        return new PackedLatents(config, layers.ops());
    }

    private void told(String output, GraphValue latents) {
        graph.output(output, latents, BATCH, latents.axis(1), Axis.free("latent_height"), Axis.free("latent_width"));
    }

    private GraphValue run(List<UnaryOperator<GraphValue>> made, GraphValue x) {
        GraphValue y = layers.narrow(x);
        for (UnaryOperator<GraphValue> layer : made) {
            y = layer.apply(y);
        }
        return y;
    }

    @Override
    public UnaryOperator<GraphValue> convolution(String path, int padding) {
        return x -> at(path).convolution(path, x, 1, padding, padding, padding, padding);
    }

    @Override
    public UnaryOperator<GraphValue> halving(String path) {
        return x -> at(path).convolution(path, x, 2, 0, 0, 1, 1);
    }

    @Override
    public UnaryOperator<GraphValue> doubling(String path) {
        return x -> at(path).convolution(path, layers.doubled(x), 1, 1, 1, 1, 1);
    }

    @Override
    public UnaryOperator<GraphValue> resnet(String path, boolean widens) {
        return x -> {
            GraphValue h = at(path).silu(layers.groupNorm(path + ".norm1", x, groups, EPSILON));
            h = layers.convolution(path + ".conv1", h, 1, 1, 1, 1, 1);
            h = layers.silu(layers.groupNorm(path + ".norm2", h, groups, EPSILON));
            h = layers.convolution(path + ".conv2", h, 1, 1, 1, 1, 1);
            return layers.ops().add(h, widens ? layers.convolution(path + ".conv_shortcut", x, 1, 0, 0, 0, 0) : x);
        };
    }

    @Override
    public UnaryOperator<GraphValue> attention(String path) {
        return x -> {
            GraphValue turned = at(path).turned(layers.groupNorm(path + ".group_norm", x, groups, EPSILON));
            GraphValue rows = layers.rows(turned);
            GraphValue batch = layers.ops().sizes(x, 0, 1);
            GraphValue q = layers.linear(path + ".to_q", rows);
            GraphValue k = layers.linear(path + ".to_k", rows);
            GraphValue v = layers.linear(path + ".to_v", rows);
            GraphValue seen = layers.attention(q, k, v, batch, 1, false);
            return layers.ops().add(layers.picture(layers.linear(path + ".to_out.0", seen), turned), x);
        };
    }

    @Override
    public UnaryOperator<GraphValue> output(String norm, String convolution) {
        return x -> {
            GraphValue normed = at(convolution).silu(layers.groupNorm(norm, x, groups, EPSILON));
            return layers.convolution(convolution, normed, 1, 1, 1, 1, 1);
        };
    }

    private Layers at(String path) {
        graph.at(path);
        return layers;
    }
}
