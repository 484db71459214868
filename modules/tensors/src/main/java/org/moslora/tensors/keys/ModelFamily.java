package org.moslora.tensors.keys;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/** Other families of models, told by names that only they have. The first with a sign among the names counts. */
enum ModelFamily {
    ADAPTER("an adapter (PEFT), not a model", "base_model\\.model\\..*"),
    GPTQ("weights quantised by GPTQ or AWQ, which are not read", ".*\\.(qweight|qzeros)"),
    XTUNER("an xtuner checkpoint: convert it to the hub's layout first", "(llm|visual_encoder)\\..*"),
    LLAVA_NEXT("LLaVA-NeXT or LLaVA-OneVision (it has image_newline)", "image_newline"),
    VIDEO("Video-LLaVA", "(model\\.)?(video_tower|image_tower)\\..*"),
    VIP("VipLLaVA", "(model\\.)?multi_modal_projector\\.projector_layernorm\\..*"),
    PALIGEMMA("PaliGemma", "(model\\.)?multi_modal_projector\\.linear\\..*"),
    GEMMA3("Gemma 3", "(model\\.)?multi_modal_projector\\.mm_.*"),
    PIXTRAL("LLaVA on a Pixtral tower", "(model\\.)?vision_tower\\.(patch_conv|transformer)\\..*"),
    SIGLIP("LLaVA on a SigLIP tower", "(model\\.)?vision_tower\\.(vision_model\\.)?head\\..*"),
    QWEN_VL("Qwen-VL", "(model\\.)?visual\\.blocks\\..*"),
    BLIP2("BLIP-2", "qformer\\..*"),
    MLLAMA("Llama 3.2 Vision", ".*\\.cross_attn\\..*"),
    CHECKPOINT("a Stable Diffusion single-file checkpoint", "model\\.diffusion_model\\..*"),
    UNET("a UNet of diffusers", "(down_blocks|mid_block)\\..*"),
    VAE("a VAE of diffusers", "(encoder\\.down_blocks|decoder\\.up_blocks)\\..*"),
    CLIP("CLIP on its own", "(vision_model|text_model)\\..*"),
    GPT2("GPT-2 or Falcon", "(transformer\\.)?h\\.\\d+\\..*"),
    NEOX("GPT-NeoX", "gpt_neox\\..*"),
    BERT("BERT", "(bert|roberta)\\..*");

    private static final String NEWLINE = "model.image_newline";

    private final String description;
    private final Pattern sign;

    ModelFamily(String description, String sign) {
        this.description = description;
        this.sign = Pattern.compile(sign);
    }

    String description() {
        return description;
    }

    static Optional<ModelFamily> of(Collection<String> fileKeys) {
        // Original LLaVA 1.5 files carry this tensor too, unused; only with the projector's newer name it is NeXT's.
        if (fileKeys.contains(NEWLINE) && fileKeys.stream().noneMatch(key -> key.contains("mm_projector."))) {
            return Optional.of(LLAVA_NEXT);
        }
        return Arrays.stream(values())
                .filter(family -> fileKeys.stream()
                        .anyMatch(key -> family.sign.matcher(key).matches()))
                .findFirst();
    }
}
