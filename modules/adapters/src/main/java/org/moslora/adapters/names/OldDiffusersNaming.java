package org.moslora.adapters.names;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.adapters.form.TensorRole;

/**
 * The keys of diffusers' training scripts: {@code unet.PATH.lora.down.weight}, of text encoders
 * {@code text_encoder.PATH.lora_linear_layer.down.weight}, of the oldest {@code …attn1.processor.to_q_lora.down.weight}.
 * The MoSLoRA authors' mixer is {@code lora.downB} here.
 */
public final class OldDiffusersNaming implements Naming {
    private static final Pattern KEY =
            Pattern.compile("(.+)\\.(?:lora|lora_linear_layer)\\.(down|up|mid|downB)\\.weight");
    private static final Pattern PROCESSOR =
            Pattern.compile("(.+)\\.processor\\.(to_q|to_k|to_v|to_out)_lora\\.(down|up)\\.weight");
    private static final Map<String, TensorRole> ROLES =
            Map.of("down", TensorRole.DOWN, "up", TensorRole.UP, "mid", TensorRole.CORE, "downB", TensorRole.MIXER);

    @Override
    public Optional<Named> parse(String key) {
        Matcher processor = PROCESSOR.matcher(key);
        if (processor.matches()) {
            String leaf = processor.group(2).equals("to_out") ? "to_out.0" : processor.group(2);
            return named(processor.group(1) + "." + leaf, processor.group(3));
        }
        Matcher match = KEY.matcher(key);
        return match.matches() ? named(match.group(1), match.group(2)) : Optional.empty();
    }

    private static Optional<Named> named(String path, String role) {
        TensorRole known = ROLES.get(role);
        return known == null ? Optional.empty() : Optional.of(new Named(Components.canonical(path, ""), known));
    }

    @Override
    public String key(String path, TensorRole role) {
        String layer = !Components.isText(Components.of(path)) ? ".lora." : ".lora_linear_layer.";
        return ROLES.entrySet().stream()
                .filter(entry -> entry.getValue() == role)
                .findFirst()
                .map(entry -> path + layer + entry.getKey() + ".weight")
                .orElseThrow(() -> new IllegalArgumentException("these files have no " + role.label()));
    }

    @Override
    public String format() {
        return "diffusers (old keys)";
    }
}
