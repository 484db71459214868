package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Predicate;
import org.moslora.adapters.form.BiasDelta;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.adapters.form.Residual;

/**
 * Layers of one kind from a file, about to be written into a folder.
 *
 * @param layers in the folder's order
 * @param before what the settings of the file say; empty where it has none
 */
public record StoredLayers(List<Stored> layers, ConfigJson before) {
    /** Where PEFT notes how factors began. */
    public static final String INITIALISATION = "init_lora_weights";

    /** What PEFT calls a bias beside B, and those of the layers themselves. */
    public static final String LORA_BIAS = "lora_bias";

    /** Where PEFT says which biases are trained. */
    public static final String BIAS = "bias";

    /**
     * A layer.
     *
     * @param places of its kernel, 1 for a linear
     */
    public record Stored(LayerDelta delta, long places) {
        boolean isUncored() {
            return places > 1 && delta.form().kernel().isEmpty();
        }
    }

    boolean has(Predicate<LayerDelta> trait) {
        return layers.stream().map(Stored::delta).anyMatch(trait);
    }

    boolean isCored() {
        return has(layer -> layer.form().isCored());
    }

    /** Whether some convolutions have cores and others do not. */
    boolean isMixed() {
        return isCored() && layers.stream().anyMatch(Stored::isUncored);
    }

    void copy(String key, JsonObject config) {
        before.copy(key, config);
    }

    /** What goes with pairs: magnitudes, biases, scale, and what was taken out of the weight before. */
    void describePairs(JsonObject config) {
        config.addProperty("use_dora", has(layer -> layer.magnitude() != null));
        config.addProperty("use_rslora", before.isTrue("use_rslora"));
        config.addProperty(LORA_BIAS, has(layer -> shifts(layer, false)));
        config.addProperty(BIAS, has(layer -> shifts(layer, true)) ? "lora_only" : "none");
        for (Stored layer : layers) {
            Residual residual = layer.delta().residual();
            if (residual != null) {
                config.addProperty(INITIALISATION, residual.label());
            }
        }
    }

    private static boolean shifts(LayerDelta layer, boolean own) {
        BiasDelta shift = layer.shift();
        return shift != null && shift.replaces() == own;
    }
}
