package org.moslora.adapters;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one place that names an adapter's tensors. */
final class AdapterNames {
    static final String PREFIX = "base_model.model.";
    static final String DOWN = "lora_A";
    static final String MIXER = "lora_mixer";
    static final String UP = "lora_B";
    static final String CONFIG = "adapter_config.json";
    static final String WEIGHTS = "adapter_model.safetensors";
    static final String PROJECTOR = "projector.safetensors";
    /** What the MoSLoRA authors call the mixer. */
    private static final String AUTHORS_MIXER = "lora_AB";

    private static final Pattern KEY = Pattern.compile(
            "(?:base_model\\.model\\.)?(.+)\\.(lora_A|lora_B|lora_mixer|lora_AB)(?:\\.default)?\\.weight");

    private AdapterNames() {}

    /** A factor of the layer at a path. */
    record Factor(String path, String name) {}

    static String key(String path, String factor) {
        return PREFIX + path + "." + factor + ".weight";
    }

    /** Which factor of which layer a file's key names, if it is one. */
    static Optional<Factor> parse(String key) {
        Matcher match = KEY.matcher(key);
        if (!match.matches()) {
            return Optional.empty();
        }
        String factor = match.group(2).equals(AUTHORS_MIXER) ? MIXER : match.group(2);
        return Optional.of(new Factor(match.group(1), factor));
    }

    /** {@code none}, or the first names of a list and how many more there are. */
    static String shortened(List<String> names) {
        int shown = 5;
        if (names.size() <= shown) {
            return names.toString();
        }
        return String.format(Locale.ROOT, "%s and %d more", names.subList(0, shown), names.size() - shown);
    }
}
