package org.moslora.onnx.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditConfigReader;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.t5.T5Names;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.picture.AutoencoderGraph;
import org.moslora.onnx.picture.DeepTextGraph;
import org.moslora.onnx.picture.FluxGraph;
import org.moslora.onnx.picture.StableDiffusion3Graph;
import org.moslora.onnx.picture.TextEncoderGraph;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** The graphs and configs of a tiny Stable Diffusion 3 or FLUX.1, as an exported folder has them; no tokenizers. */
record MmditGraphFolder(Path path, boolean flux) {
    private static final String CLIP = "{'model_type': 'clip_text_model', 'vocab_size': 20, 'hidden_size': %d,"
            + " 'intermediate_size': 7, 'num_hidden_layers': 2, 'num_attention_heads': 2, 'max_position_embeddings': 9,"
            + " 'projection_dim': %d, 'eos_token_id': 2}";
    private static final String T5 = "{'model_type': 't5', 'feed_forward_proj': 'gated-gelu', 'vocab_size': 20,"
            + " 'd_model': 14, 'd_ff': 7, 'num_layers': 1, 'num_heads': 2, 'd_kv': 5}";
    private static final String VAE = "{'_class_name': 'AutoencoderKL', 'norm_num_groups': 2, 'block_out_channels': [6,"
            + " 8], 'latent_channels': 3, 'scaling_factor': 1.5, 'shift_factor': 0.1}";
    private static final String SD3 = "{'_class_name': 'SD3Transformer2DModel', 'in_channels': 3, 'out_channels': 3,"
            + " 'num_attention_heads': 2, 'attention_head_dim': 6, 'caption_projection_dim': 12, 'num_layers': 1,"
            + " 'joint_attention_dim': 14, 'pooled_projection_dim': 8, 'pos_embed_max_size': 5, 'sample_size': 4}";
    private static final String FLUX = "{'_class_name': 'FluxTransformer2DModel', 'in_channels': 12,"
            + " 'num_attention_heads': 2, 'attention_head_dim': 6, 'axes_dims_rope': [2, 2, 2], 'num_layers': 1,"
            + " 'num_single_layers': 1, 'joint_attention_dim': 14, 'pooled_projection_dim': 6, 'guidance_embeds': true}";

    static MmditGraphFolder write(Path path, boolean flux) {
        MmditGraphFolder folder = new MmditGraphFolder(path, flux);
        folder.clip("text_encoder", 6, 4);
        if (flux) {
            folder.t5("text_encoder_2");
        } else {
            folder.clip("text_encoder_2", 8, 4);
            folder.t5("text_encoder_3");
        }
        folder.transformer();
        folder.autoencoder();
        folder.put(
                "scheduler/scheduler_config.json",
                "{'_class_name': 'FlowMatchEulerDiscreteScheduler', 'num_train_timesteps': 1000, 'shift': 3.0}");
        return folder;
    }

    /** Writes a text encoder of CLIP's. */
    void clip(String part, int hidden, int projection) {
        String json = CLIP.formatted(hidden, projection);
        ClipTextConfig config = ClipTextConfig.read(section(json), !flux);
        MemoryWeights weights = MemoryWeights.random(ClipTextNames.expected(config));
        component(part, json, TextEncoderGraph.of(part, config, weights, Element.FLOAT, layer -> false), weights);
    }

    private void t5(String part) {
        T5Config config = T5Config.read(section(T5));
        MemoryWeights weights = MemoryWeights.random(T5Names.expected(config));
        component(part, T5, DeepTextGraph.of(part, config, weights, Element.FLOAT), weights);
    }

    private void transformer() {
        String json = flux ? FLUX : SD3;
        MmditConfig config =
                flux ? MmditConfigReader.flux(section(json)) : MmditConfigReader.stableDiffusion3(section(json));
        MemoryWeights weights = MemoryWeights.random(MmditNames.expected(config));
        Graph graph = flux
                ? FluxGraph.of(config, weights, Element.FLOAT, layer -> false)
                : StableDiffusion3Graph.of(config, weights, Element.FLOAT, layer -> false);
        component("transformer", json, graph, weights);
    }

    private void autoencoder() {
        AutoencoderConfig config = AutoencoderConfig.read(section(VAE));
        MemoryWeights weights = MemoryWeights.random(AutoencoderNames.expected(config));
        component("vae_encoder", VAE, AutoencoderGraph.encoder(config, weights, Element.FLOAT), weights);
        component("vae_decoder", VAE, AutoencoderGraph.decoder(config, weights, Element.FLOAT), weights);
    }

    private static ConfigSection section(String json) {
        return ConfigSection.parse("config.json", json.replace('\'', '"'), new Problems());
    }

    private void component(String part, String json, Graph graph, MemoryWeights weights) {
        put(part + "/config.json", json);
        try {
            GraphFile.write(
                    path.resolve(part).resolve("model.onnx"), graph, name -> weights.data(name, Element.FLOAT), false);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Writes a file of the folder, JSON in single quotes. */
    void put(String file, String json) {
        try {
            Path to = path.resolve(file);
            Files.createDirectories(to.getParent());
            Files.writeString(to, json.replace('\'', '"'));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
