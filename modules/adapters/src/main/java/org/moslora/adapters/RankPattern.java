package org.moslora.adapters;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.ConfigJson;
import org.moslora.adapters.kind.Trait;
import org.moslora.adapters.names.Components;
import org.moslora.problems.InvalidInput;

/**
 * What {@code rank_pattern} says. AdaLoRA notes in it which of a layer's ranks were kept when the rest was cut away, a
 * truth value each; every other kind gives numbers by the ends of paths.
 *
 * @param numbers ranks by patterns
 * @param masks what AdaLoRA kept, by canonical path
 */
record RankPattern(Map<String, Double> numbers, Map<String, JsonArray> masks) {
    static final String KEY = "rank_pattern";

    private static final String ENTRY = "\\.lora_E(\\.default)?$";

    static RankPattern read(AdapterKind kind, ConfigJson said) {
        String where = said.where();
        JsonElement value = said.json().get(KEY);
        boolean masked = kind.has(Trait.RANK_BUDGET) && value != null && value.isJsonObject();
        return masked
                ? new RankPattern(Map.of(), masks(where, value.getAsJsonObject()))
                : new RankPattern(PathPattern.read(where, said.json(), KEY), Map.of());
    }

    private static Map<String, JsonArray> masks(String where, JsonObject json) {
        Map<String, JsonArray> masks = new HashMap<>();
        json.asMap().forEach((name, value) -> {
            boolean truths = value.isJsonArray()
                    && value.getAsJsonArray().asList().stream()
                            .allMatch(one -> one.isJsonPrimitive()
                                    && one.getAsJsonPrimitive().isBoolean());
            if (!truths) {
                throw new InvalidInput(where, KEY + " of \"" + name + "\" must be a list of true and false");
            }
            String path = AdapterNames.withoutPrefix(name).replaceFirst(ENTRY, "");
            masks.put(Components.canonical(path, ""), value.getAsJsonArray());
        });
        return masks;
    }

    /** The rank of a layer. */
    int rank(String path, int otherwise) {
        JsonArray mask = mask(path);
        return mask != null
                ? (int) mask.asList().stream().filter(JsonElement::getAsBoolean).count()
                : (int) PathPattern.matched(numbers, path, otherwise);
    }

    /** Which ranks of a layer were kept, or null where nothing was cut. */
    @Nullable
    JsonArray mask(String path) {
        JsonArray mask = masks.get(path);
        return mask == null ? masks.get(Components.within(path)) : mask;
    }
}
