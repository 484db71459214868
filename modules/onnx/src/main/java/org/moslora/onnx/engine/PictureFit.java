package org.moslora.onnx.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * Whether the graphs of a Stable Diffusion are those of the configs beside them. A config that has lost a key stands for
 * its class's default, which no graph that was exported from another shape computes with.
 */
record PictureFit(Map<String, GraphHeader> graphs, Problems problems) {
    private static final String STATES = "hidden_states.";

    /** What no graph shows, and no default stands for. */
    static void mustHave(ConfigSection config, String key) {
        if (!config.has(key)) {
            config.problem("has no %s, which an exported folder says; was it written for another program?", key);
        }
    }

    /** A config whose shape no graph shows: how many pixels a latent stands for, and how deep a UNet is. */
    static <C> Function<ConfigSection, C> shaped(Function<ConfigSection, C> read) {
        return json -> {
            mustHave(json, "block_out_channels");
            return read.apply(json);
        };
    }

    void unet(UNetConfig config, int textWidth) {
        GraphHeader graph = graph(PictureFolder.UNET);
        input(graph, "sample", 1, "in_channels", config.inChannels());
        output(graph, "out_sample", 1, "out_channels", config.outChannels());
        input(graph, "encoder_hidden_states", 2, "cross_attention_dim", config.textWidth());
        if (config.textWidth() != textWidth) {
            problems.add(
                    graph.file().resolveSibling("config.json").toString(),
                    "cross_attention_dim is %d, but the states of the text encoders (hidden_size) are %d wide; is one of"
                            + " them another model's?",
                    config.textWidth(),
                    textWidth);
        }
    }

    /** What SDXL reads besides. */
    void sizes(UNetConfig config, int pooledWidth) {
        GraphHeader graph = graph(PictureFolder.UNET);
        UNetConfig.Added added = config.added();
        if (added == null) {
            problems.add(
                    graph.file().resolveSibling("config.json").toString(),
                    "has no addition_embed_type, though the graph beside it reads text_embeds and time_ids");
            return;
        }
        input(graph, "time_ids", 1, "addition_time_embed_dim", UNetConfig.Added.SIZES);
        input(graph, "text_embeds", 1, "projection_class_embeddings_input_dim less the sizes", added.pooledWidth());
        input(graph, "text_embeds", 1, "projection_dim of the second text encoder", pooledWidth);
    }

    void autoencoder(AutoencoderConfig config) {
        GraphHeader decoder = graph(PictureFolder.DECODER);
        input(decoder, "latent_sample", 1, "latent_channels", config.latentChannels());
        output(decoder, "sample", 1, "out_channels", config.outChannels());
        GraphHeader encoder = graph(PictureFolder.ENCODER);
        input(encoder, "sample", 1, "in_channels", config.inChannels());
        output(encoder, "latent_parameters", 1, "twice latent_channels", 2L * config.latentChannels());
    }

    /** What a Stable Diffusion 3's or FLUX.1's takes. */
    void transformer(String part, MmditConfig config) {
        GraphHeader graph = graph(part);
        boolean flux = config.flux();
        input(graph, "hidden_states", flux ? 2 : 1, "in_channels", flux ? 4L * config.channels() : config.channels());
        input(graph, "encoder_hidden_states", 2, "joint_attention_dim", config.textWidth());
        input(graph, "pooled_projections", 1, "pooled_projection_dim", config.pooledWidth());
    }

    /** What it reads of texts as a whole, which its text encoders pool to so many numbers together. */
    void pooled(String part, MmditConfig config, List<String> encoders, int width) {
        if (config.pooledWidth() != width) {
            problems.add(
                    graph(part).file().resolveSibling("config.json").toString(),
                    "pooled_projection_dim is %d, but %s pool texts to %d numbers; is one of them another model's?",
                    config.pooledWidth(),
                    encoders.stream()
                            .map(encoder -> graph(encoder).file().resolveSibling("config.json"))
                            .map(String::valueOf)
                            .collect(Collectors.joining(" and ")),
                    width);
        }
    }

    /** What a text encoder must give whose states others read. */
    void states(String part, String key, long width) {
        output(graph(part), "last_hidden_state", 2, key, width);
    }

    void text(String part, ClipTextConfig config) {
        GraphHeader graph = graph(part);
        output(graph, "last_hidden_state", 2, "hidden_size", config.hidden());
        output(graph, STATES + 0, 2, "hidden_size", config.hidden());
        output(graph, "pooler_output", 1, "hidden_size", config.hidden());
        if (config.projection() > 0) {
            output(graph, "text_embeds", 1, "projection_dim", config.projection());
        }
        boolean states = graph.outputs().containsKey(STATES + 0);
        if (states
                && (!graph.outputs().containsKey(STATES + config.layers())
                        || graph.outputs().containsKey(STATES + (config.layers() + 1)))) {
            problems.add(
                    graph.file().resolveSibling("config.json").toString(),
                    "num_hidden_layers is %d, but the graph beside it gives the states of %d blocks",
                    config.layers(),
                    graph.outputs().keySet().stream()
                                    .filter(name -> name.startsWith(STATES))
                                    .count()
                            - 1);
        }
    }

    private void input(GraphHeader graph, String name, int axis, String key, long length) {
        problems.collect(() -> graph.mustBe(name, axis, key, length));
    }

    private void output(GraphHeader graph, String name, int axis, String key, long length) {
        problems.collect(() -> graph.mustGive(name, axis, key, length));
    }

    private GraphHeader graph(String part) {
        GraphHeader header = graphs.get(part);
        if (header == null) {
            throw new InvalidInput(part, "has no graph");
        }
        return header;
    }
}
