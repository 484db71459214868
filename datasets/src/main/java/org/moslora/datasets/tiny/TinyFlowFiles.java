package org.moslora.datasets.tiny;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.llama.LanguageModelConfigReader;
import org.moslora.llama.LlamaNames;

/** The files of a tiny Z-Image: a transformer that is trained by flow matching, and a Qwen3 that reads its text. */
final class TinyFlowFiles {
    private static final List<String> SPECIALS =
            List.of("<pad>", "<s>", "</s>", "<|endoftext|>", "<|im_start|>", "<|im_end|>");
    static final String TOKENIZER = "tokenizer";
    /** Of a text encoder's states. */
    static final int WIDTH = 16;

    private static final int BLOCKS = 3;
    private static final String TRANSFORMER = """
        {"_class_name": "ZImageTransformer2DModel", "all_patch_size": [2], "all_f_patch_size": [1], "in_channels": 4,
         "dim": 24, "n_heads": 2, "n_kv_heads": 2, "n_layers": 2, "n_refiner_layers": 1, "axes_dims": [4, 4, 4],
         "axes_lens": [160, 16, 16], "cap_feat_dim": %d, "norm_eps": 1e-05, "qk_norm": true, "rope_theta": 256.0,
         "t_scale": 1000.0}
        """.formatted(WIDTH);
    private static final String TEXT = """
        {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": %d, "intermediate_size": 32,
         "num_hidden_layers": %d, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8, "vocab_size": %d,
         "max_position_embeddings": 512, "rms_norm_eps": 1e-06, "rope_theta": 1000000, "tie_word_embeddings": true}
        """;
    private static final String INDEX = """
        {"_class_name": "ZImagePipeline", "transformer": ["diffusers", "ZImageTransformer2DModel"],
         "vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "Qwen3Model"],
         "tokenizer": ["transformers", "Qwen2Tokenizer"], "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"]}
        """;
    private static final String SCHEDULER = """
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "use_dynamic_shifting": false,
         "shift": 3.0}
        """;
    private static final String TEMPLATE = """
        {"model_max_length": 512, "pad_token": "<|endoftext|>", "eos_token": "<|im_end|>", "chat_template":
         "<|im_start|>user {{ messages }}<|im_end|><|im_start|>assistant"}
        """;

    private TinyFlowFiles() {}

    static TinyDiffusionFiles files(List<String> texts) {
        return new TinyDiffusionFiles(
                List.of(
                        new TinyDiffusionFiles.Part(
                                "transformer",
                                TinyDiffusionFiles.WEIGHTS,
                                TRANSFORMER,
                                ZImageNames.expected(
                                        ZImageConfig.read(TinyDiffusionFiles.section("transformer", TRANSFORMER)))),
                        TinyDiffusionFiles.autoencoder(),
                        textEncoder(BLOCKS, texts)),
                besides(INDEX, SCHEDULER, TEMPLATE),
                List.of());
    }

    /** What such a folder has besides its parts. */
    static Map<String, String> besides(String index, String scheduler, String template) {
        return Map.of(
                "model_index.json",
                index,
                "scheduler/scheduler_config.json",
                scheduler,
                TOKENIZER + "/tokenizer_config.json",
                template);
    }

    /** A Qwen3 of so many blocks that knows these texts. */
    static TinyDiffusionFiles.Part textEncoder(int blocks, List<String> texts) {
        String text = TEXT.formatted(WIDTH, blocks, tokenizer(texts).size());
        return new TinyDiffusionFiles.Part(
                "text_encoder",
                "model.safetensors",
                text,
                LlamaNames.alone()
                        .expected(LanguageModelConfigReader.read(
                                TinyDiffusionFiles.section("text_encoder", text), true)));
    }

    /** The tokenizer of a model folder whose other files are there. */
    static void writeTokenizer(Path model, List<String> texts) throws IOException {
        tokenizer(texts).write(Files.createDirectories(model.resolve(TOKENIZER)));
    }

    private static TinyTokenizer tokenizer(List<String> texts) {
        return TinyTokenizer.learn(texts, SPECIALS);
    }
}
