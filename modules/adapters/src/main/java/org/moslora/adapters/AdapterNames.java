package org.moslora.adapters;

import java.util.List;
import java.util.Locale;
import org.moslora.adapters.form.FactorKind;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.names.Components;

/** The one place that names an adapter's tensors. */
final class AdapterNames {
    static final String PREFIX = "base_model.model.";
    static final String CONFIG = "adapter_config.json";
    static final String WEIGHTS = "adapter_model.safetensors";
    /** Where a folder of ours names the folders inside it. */
    static final String PARTS = "parts";

    static final String PROJECTOR = "projector.safetensors";

    private AdapterNames() {}

    /** A factor's key in our own folders. */
    static String key(String path, TensorRole role, FactorKind kind) {
        return place(path) + "." + suffix(role, kind);
    }

    /** The end of a tensor's key in folders, ours and PEFT's: AdaLoRA's factors are parameters of their own. */
    static String suffix(TensorRole role, FactorKind kind) {
        return kind.hasBareKeys() ? role.label() : role.peft();
    }

    /** A layer in our own folders: a denoiser's paths stand alone as in PEFT, text encoders' say which they are of. */
    static String place(String path) {
        String component = Components.of(path);
        return Components.isText(component) ? path : PREFIX + Components.within(path);
    }

    /** A key without what PEFT puts in front. */
    static String withoutPrefix(String key) {
        return key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
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
