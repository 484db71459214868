package org.moslora.adapters;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What tensors of kinds of adapter that are not read are known by. */
final class UnsupportedKinds {
    private static final Map<String, Pattern> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("differences of whole weights (diff)", Pattern.compile(".*\\.(diff|diff_b|w_norm|b_norm)"));
        KINDS.put("OFT or BOFT", Pattern.compile(".*\\.(oft_blocks|rescale|oft_R|boft_[RS])(\\..*)?"));
        KINDS.put("(IA)3", Pattern.compile(".*\\.(on_input|ia3_l)"));
        KINDS.put("AdaLoRA beside settings of another kind", Pattern.compile(".*\\.(lora_E|ranknum)(\\..*)?"));
        KINDS.put("MoE-LoRA beside settings of another kind", Pattern.compile(".*\\.lora_router(\\..*)?"));
        KINDS.put("GLoRA", Pattern.compile(".*\\.[abcd][12]?\\.weight"));
        KINDS.put("a textual inversion", Pattern.compile("emb_params|clip_[lg]|string_to_param.*|<.*>"));
        KINDS.put(
                "single tokens that were trained (trainable_token_indices)",
                Pattern.compile(".*\\.token_adapter\\..*"));
        KINDS.put(
                "layers that were trained whole (modules_to_save)",
                Pattern.compile(
                        "base_model\\..*\\.(lm_head|embed_tokens|wte|classifier|pre_classifier|score)\\.(.*\\.)?(weight|bias)"));
        KINDS.put(
                "a model and no adapter",
                Pattern.compile("model\\.diffusion_model\\..*|(unet\\.)?(down|up)_blocks\\..*(weight|bias)"));
    }

    private UnsupportedKinds() {}

    /** {@code "; they look like …"}, or nothing. */
    static String hint(List<String> keys) {
        return KINDS.entrySet().stream()
                .filter(kind -> keys.stream()
                        .anyMatch(key -> kind.getValue().matcher(key).matches()))
                .findFirst()
                .map(kind -> "; they look like " + kind.getKey() + ", which is not read")
                .orElse("");
    }
}
