package org.moslora.adapters;

import com.google.gson.JsonElement;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Residual;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.ConfigJson;
import org.moslora.adapters.kind.StoredLayers;
import org.moslora.problems.InvalidInput;

/**
 * PEFT's {@code init_lora_weights}: how the factors began. Most ways leave no trace in what was trained; some began with
 * a part of the base's weights and took it out of them, so that the adapter means nothing beside the weights as they
 * were. PEFT takes it out again on loading where it can be found in the weights, and so does this program.
 */
final class FirstValues {
    /** What PEFT 0.21 overwrites on loading and no more (peft/tuners/lora/layer.py). */
    private static final Set<String> TRACELESS = Set.of("gaussian", "eva", "orthogonal", "mica");

    private static final String CONVERTED = "; where it was trained, save it as plain LoRA (save_pretrained with"
            + " path_initial_model_for_weight_conversion) and use that";

    private static final String MERGED =
            "; where it was trained, merge it (merge_and_unload), save the whole model and use that";

    private FirstValues() {}

    /**
     * What was taken out of the weights; null for nothing.
     *
     * @throws InvalidInput where that cannot be found again
     */
    static @Nullable Residual residual(AdapterKind kind, ConfigJson said) {
        JsonElement value = said.json().get(StoredLayers.INITIALISATION);
        boolean named = value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isString();
        // PEFT's other kinds have no such ways to begin.
        if (!named || (kind != AdapterKind.LORA && kind != AdapterKind.MOSLORA)) {
            return null;
        }
        String way = value.getAsString().toLowerCase(Locale.ROOT);
        for (Residual residual : Residual.values()) {
            if (residual.label().equals(way) && kind == AdapterKind.LORA) {
                return residual;
            }
        }
        if (TRACELESS.contains(way)) {
            return null;
        }
        throw new InvalidInput(
                said.where(), StoredLayers.INITIALISATION + " is \"" + value.getAsString() + "\": " + refusal(way));
    }

    private static String refusal(String way) {
        if (way.startsWith("pissa")) {
            return "PiSSA took a part out of the base's weights, found by a randomised decomposition that nothing finds"
                    + " again" + CONVERTED;
        }
        if (way.startsWith("corda")) {
            return "CorDA took a part out of the base's weights that depends on data which is not here" + CONVERTED;
        }
        if (way.equals("lora_ga")) {
            return "LoRA-GA took a part out of the base's weights that depends on gradients which are not here"
                    + CONVERTED;
        }
        if (way.equals("loftq")) {
            return "LoftQ put rounded weights in place of the base's, and the adapter makes up for that" + MERGED;
        }
        return "not known here, so that the adapter may go with other weights than the base's" + MERGED;
    }
}
