package org.moslora.datasets.tiny;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.flux2.Flux2Names;

/** The files of a tiny FLUX.2 klein, whose text is read behind three blocks of a Qwen3 that has few more than those. */
final class TinyKleinFiles {
    private static final int READ = 3;
    private static final int BLOCKS = 28;
    private static final int LATENTS = 4;
    private static final String TRANSFORMER = """
        {"_class_name": "Flux2Transformer2DModel", "patch_size": 1, "in_channels": %d, "out_channels": null,
         "num_layers": 1, "num_single_layers": 1, "num_attention_heads": 2, "attention_head_dim": 12,
         "joint_attention_dim": %d, "timestep_guidance_channels": 16, "mlp_ratio": 3.0, "axes_dims_rope": [2, 4, 4, 2],
         "rope_theta": 2000, "eps": 1e-06, "guidance_embeds": false}
        """.formatted(4 * LATENTS, READ * TinyFlowFiles.WIDTH);
    private static final String AUTOENCODER = """
        {"_class_name": "AutoencoderKLFlux2", "block_out_channels": [8, 16], "layers_per_block": 1, "norm_num_groups": 4,
         "force_upcast": false, "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
         "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "latent_channels": %d, "patch_size": [2, 2],
         "batch_norm_eps": 0.0001}
        """.formatted(LATENTS);
    private static final String INDEX = """
        {"_class_name": "Flux2KleinPipeline", "is_distilled": false, "transformer": ["diffusers",
         "Flux2Transformer2DModel"], "vae": ["diffusers", "AutoencoderKLFlux2"], "text_encoder": ["transformers",
         "Qwen3ForCausalLM"], "tokenizer": ["transformers", "Qwen2Tokenizer"], "scheduler": ["diffusers",
         "FlowMatchEulerDiscreteScheduler"]}
        """;
    private static final String SCHEDULER = """
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "use_dynamic_shifting": true,
         "time_shift_type": "exponential", "shift": 3.0}
        """;
    private static final String TEMPLATE = """
        {"model_max_length": 512, "pad_token": "<|endoftext|>", "eos_token": "<|im_end|>", "chat_template":
         "<|im_start|>user {{ messages }}<|im_end|><|im_start|>assistant {{ enable_thinking }}<think></think>"}
        """;

    private TinyKleinFiles() {}

    static TinyDiffusionFiles files(List<String> texts) {
        return new TinyDiffusionFiles(
                List.of(
                        new TinyDiffusionFiles.Part(
                                "transformer",
                                TinyDiffusionFiles.WEIGHTS,
                                TRANSFORMER,
                                Flux2Names.expected(
                                        Flux2Config.read(TinyDiffusionFiles.section("transformer", TRANSFORMER)))),
                        autoencoder(),
                        TinyFlowFiles.textEncoder(BLOCKS, texts)),
                TinyFlowFiles.besides(INDEX, SCHEDULER, TEMPLATE),
                List.of());
    }

    private static TinyDiffusionFiles.Part autoencoder() {
        Map<String, List<Long>> shapes = new TreeMap<>(
                AutoencoderNames.expected(AutoencoderConfig.network(TinyDiffusionFiles.section("vae", AUTOENCODER))));
        shapes.put("bn.running_mean", List.of(4L * LATENTS));
        shapes.put("bn.running_var", List.of(4L * LATENTS));
        return new TinyDiffusionFiles.Part("vae", TinyDiffusionFiles.WEIGHTS, AUTOENCODER, shapes);
    }
}
