package org.moslora.datasets.tiny;

import java.util.List;

/** Families of vision-language models beside LLaVA-1.5, each as small as it can be with every part that is its own. */
public enum TinyFamily {
    /** Windows in the tower, positions in three parts. */
    QWEN25_VL(qwen(), """
            {"model_type": "qwen2_5_vl", "architectures": ["Qwen2_5_VLForConditionalGeneration"],
             "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
             "num_key_value_heads": 1, "max_position_embeddings": 1024, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
             "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]}, "tie_word_embeddings": false,
             "vocab_size": %d, "image_token_id": %d, "video_token_id": %d, "vision_start_token_id": %d,
             "vision_end_token_id": %d,
             "vision_config": {"depth": 2, "fullatt_block_indexes": [1], "hidden_size": 32, "intermediate_size": 44,
              "num_heads": 2, "out_hidden_size": 32, "patch_size": 14, "spatial_merge_size": 2,
              "temporal_patch_size": 2, "window_size": 56, "in_chans": 3}}
            """, """
            {"image_processor_type": "Qwen2VLImageProcessor", "image_mean": [0.48145466, 0.4578275, 0.40821073],
             "image_std": [0.26862954, 0.26130258, 0.27577711], "patch_size": 14, "temporal_patch_size": 2,
             "merge_size": 2, "min_pixels": 3136, "max_pixels": 12544}
            """),
    /** Norms on queries and keys, interleaved positions, features that are added between blocks. */
    QWEN3_VL(qwen(), """
            {"model_type": "qwen3_vl", "architectures": ["Qwen3VLForConditionalGeneration"],
             "tie_word_embeddings": false,
             "text_config": {"model_type": "qwen3_vl_text", "hidden_size": 32, "intermediate_size": 64,
              "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 12,
              "max_position_embeddings": 1024, "rms_norm_eps": 1e-06, "rope_theta": 5000000.0, "vocab_size": %d,
              "rope_scaling": {"rope_type": "default", "mrope_interleaved": true, "mrope_section": [2, 2, 2]}},
             "image_token_id": %d, "video_token_id": %d, "vision_start_token_id": %d, "vision_end_token_id": %d,
             "vision_config": {"model_type": "qwen3_vl", "depth": 3, "deepstack_visual_indexes": [0],
              "hidden_size": 32, "intermediate_size": 64, "num_heads": 2, "num_position_embeddings": 16,
              "out_hidden_size": 32, "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2}}
            """, """
            {"image_processor_type": "Qwen2VLImageProcessorFast", "image_mean": [0.5, 0.5, 0.5],
             "image_std": [0.5, 0.5, 0.5], "patch_size": 16, "temporal_patch_size": 2, "merge_size": 2,
             "size": {"shortest_edge": 4096, "longest_edge": 16384}}
            """),
    /** Tiles beside the whole picture, a learnt end of each line of them. */
    LLAVA_NEXT(List.of("<unk>", "<s>", "</s>", "<image>", "<pad>"), """
            {"model_type": "llava_next", "architectures": ["LlavaNextForConditionalGeneration"],
             "image_grid_pinpoints": [[28, 56], [56, 28]], "projector_hidden_act": "gelu",
             "vision_feature_layer": -2, "vision_feature_select_strategy": "default", "tie_word_embeddings": false,
             "text_config": {"model_type": "llama", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
              "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 1024,
              "rms_norm_eps": 1e-05, "vocab_size": %d},
             "image_token_index": %d,
             "vision_config": {"model_type": "clip_vision_model", "hidden_size": 32, "image_size": 28,
              "intermediate_size": 64, "num_attention_heads": 2, "num_hidden_layers": 3, "patch_size": 14}}
            """, """
            {"image_processor_type": "LlavaNextImageProcessor", "do_resize": true, "resample": 3, "do_rescale": true,
             "rescale_factor": 0.00392156862745098, "do_normalize": true, "do_convert_rgb": true, "do_pad": true,
             "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
             "size": {"shortest_edge": 28}, "do_center_crop": true, "crop_size": {"height": 28, "width": 28},
             "image_grid_pinpoints": [[28, 56], [56, 28]]}
            """);

    private final List<String> specials;
    private final String config;
    private final String pictures;

    TinyFamily(List<String> specials, String config, String pictures) {
        this.specials = specials;
        this.config = config;
        this.pictures = pictures;
    }

    private static List<String> qwen() {
        return List.of(
                "<unk>",
                "<s>",
                "</s>",
                "<image>",
                "<pad>",
                "<|endoftext|>",
                "<|im_start|>",
                "<|im_end|>",
                "<|vision_start|>",
                "<|vision_end|>",
                "<|image_pad|>",
                "<|video_pad|>");
    }

    /** The tokens that are never cut, in the order of their ids. */
    List<String> specials() {
        return specials;
    }

    /** {@code config.json} for a tokenizer. */
    String config(TinyTokenizer tokenizer) {
        int rows = TinyConfig.rows(tokenizer);
        return this == LLAVA_NEXT
                ? config.formatted(rows, tokenizer.id("<image>"))
                : config.formatted(
                        rows,
                        tokenizer.id("<|image_pad|>"),
                        tokenizer.id("<|video_pad|>"),
                        tokenizer.id("<|vision_start|>"),
                        tokenizer.id("<|vision_end|>"));
    }

    /** {@code preprocessor_config.json}. */
    String pictures() {
        return pictures;
    }
}
