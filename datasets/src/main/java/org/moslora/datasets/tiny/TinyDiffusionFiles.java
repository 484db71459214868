package org.moslora.datasets.tiny;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * The files of a tiny Stable Diffusion.
 *
 * @param parts components with weights
 * @param others further files and their texts
 * @param tokenizers folders of tokenizers
 */
record TinyDiffusionFiles(List<Part> parts, Map<String, String> others, List<String> tokenizers) {
    /** Tokens of a text. */
    static final int POSITIONS = 12;

    /** The file of a component's weights, but a text encoder's. */
    static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    private static final int VOCABULARY = 560;
    private static final int WIDTH = 16;
    private static final String UNET = """
        {"sample_size": 8, "block_out_channels": [16, 32], "layers_per_block": 1, "norm_num_groups": 4,
         "attention_head_dim": 2, "cross_attention_dim": %d, %s}
        """;
    private static final String BLOCKS = "\"down_block_types\": [\"CrossAttnDownBlock2D\", \"DownBlock2D\"],"
            + " \"up_block_types\": [\"UpBlock2D\", \"CrossAttnUpBlock2D\"]";
    private static final String BLOCKS_XL = "\"down_block_types\": [\"DownBlock2D\", \"CrossAttnDownBlock2D\"],"
            + " \"up_block_types\": [\"CrossAttnUpBlock2D\", \"UpBlock2D\"], \"use_linear_projection\": true,"
            + " \"addition_embed_type\": \"text_time\", \"addition_time_embed_dim\": 4,"
            + " \"projection_class_embeddings_input_dim\": " + (WIDTH + 24);
    private static final String AUTOENCODER = """
        {"block_out_channels": [8, 16], "layers_per_block": 1, "norm_num_groups": 4, "force_upcast": false,
         "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
         "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "scaling_factor": 0.5}
        """;
    private static final String SCHEDULER = """
        {"_class_name": "%s", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
         "num_train_timesteps": 1000, "steps_offset": 1, "skip_prk_steps": true, "set_alpha_to_one": false,
         "clip_sample": false, "timestep_spacing": "leading"}
        """;

    /** A component: its folder, the name of its weights' file, its config, its tensors' shapes. */
    record Part(String folder, String file, String config, Map<String, List<Long>> shapes) {}

    static TinyDiffusionFiles first() {
        return of("StableDiffusionPipeline", String.format(UNET, WIDTH, BLOCKS), "PNDMScheduler", 1);
    }

    static TinyDiffusionFiles large() {
        return of("StableDiffusionXLPipeline", String.format(UNET, 2 * WIDTH, BLOCKS_XL), "EulerDiscreteScheduler", 2);
    }

    private static TinyDiffusionFiles of(String pipeline, String unet, String scheduler, int encoders) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("unet", WEIGHTS, unet, UNetNames.expected(UNetConfig.read(section("unet", unet)))));
        parts.add(autoencoder());
        List<String> tokenizers = new ArrayList<>();
        for (int i = 0; i < encoders; i++) {
            String suffix = i == 0 ? "" : "_2";
            String text = text(i == 1);
            ClipTextConfig config = ClipTextConfig.read(section("text_encoder", text), i == 1);
            parts.add(new Part("text_encoder" + suffix, "model.safetensors", text, ClipTextNames.expected(config)));
            tokenizers.add("tokenizer" + suffix);
        }
        Map<String, String> others = new LinkedHashMap<>();
        others.put("model_index.json", index(pipeline, encoders));
        others.put("scheduler/scheduler_config.json", String.format(SCHEDULER, scheduler));
        return new TinyDiffusionFiles(parts, others, tokenizers);
    }

    /** The autoencoder, of whatever generator. */
    static Part autoencoder() {
        return new Part(
                "vae",
                WEIGHTS,
                AUTOENCODER,
                AutoencoderNames.expected(AutoencoderConfig.read(section("vae", AUTOENCODER))));
    }

    private static String text(boolean second) {
        return String.format(
                "{\"vocab_size\": %d, \"hidden_size\": %d, \"intermediate_size\": 24, \"num_hidden_layers\": 2,"
                        + " \"num_attention_heads\": 2, \"max_position_embeddings\": %d, \"eos_token_id\": 2,"
                        + " \"hidden_act\": \"%s\", \"projection_dim\": %d}",
                VOCABULARY, WIDTH, POSITIONS, second ? "gelu" : "quick_gelu", WIDTH);
    }

    private static String index(String pipeline, int encoders) {
        return "{\"_class_name\": \"" + pipeline + "\", \"unet\": [\"diffusers\", \"UNet2DConditionModel\"], \"vae\":"
                + " [\"diffusers\", \"AutoencoderKL\"], \"text_encoder\":"
                + " [\"transformers\", \"CLIPTextModel\"]"
                + (encoders > 1
                        ? ", \"text_encoder_2\": [\"transformers\", \"CLIPTextModelWithProjection\"]"
                                + ", \"force_zeros_for_empty_prompt\": true"
                        : "")
                + "}";
    }

    static ConfigSection section(String where, String json) {
        return ConfigSection.parse(where, json, new Problems());
    }
}
