package org.moslora.adapters;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.ExpectedLayer;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.Residual;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.adapters.names.Components;
import org.moslora.problems.InvalidInput;

/**
 * What {@code lora_adapter_metadata} in the header of a diffusers file says: PEFT's settings of each component, its name
 * in front of every key. Alpha tensors beside it would contradict it; without either a layer's scale is 1.
 */
final class MetadataScale implements ScaleRule {
    private static final String KEY = "lora_adapter_metadata";

    private final String where;
    private final Map<String, AdapterConfig> configs = new HashMap<>();

    private MetadataScale(String where) {
        this.where = where;
    }

    /** The rule for a file with this metadata. */
    static ScaleRule of(String file, Map<String, String> metadata) {
        String text = metadata.get(KEY);
        if (text == null) {
            return ScaleRule.ofTensors();
        }
        MetadataScale rule = new MetadataScale(file + " " + KEY);
        rule.read(text);
        return rule;
    }

    private void read(String text) {
        try {
            JsonElement json = JsonParser.parseString(text);
            if (!json.isJsonObject()) {
                throw new InvalidInput(where, "must hold a JSON object");
            }
            for (String component : Components.ALL) {
                JsonObject own = new JsonObject();
                json.getAsJsonObject().asMap().forEach((key, value) -> {
                    if (key.startsWith(component)) {
                        own.add(key.substring(component.length()), value);
                    }
                });
                if (!own.isEmpty()) {
                    own.addProperty("peft_type", AdapterKind.LORA.peftType());
                    configs.put(component, AdapterConfig.of(where + " " + component, own));
                }
            }
        } catch (JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(where, "cannot be read as JSON: " + broken.getMessage());
        }
    }

    @Override
    public ExpectedLayer expected(String path) {
        return new ExpectedLayer(OptionalInt.empty(), KEY);
    }

    @Override
    public double scale(String path, Factorization form, @Nullable Double alpha) {
        AdapterConfig config = configs.get(Components.of(path));
        if (config == null) {
            return ScaleRule.ofTensors().scale(path, form, alpha);
        }
        if (alpha != null) {
            throw new InvalidInput(where, "says the alpha of " + path + ", but so does a tensor of the file");
        }
        return config.scale(path, form.rank());
    }

    @Override
    public boolean wantsMagnitudes() {
        return configs.values().stream().anyMatch(config -> config.asks("use_dora"));
    }

    @Override
    public @Nullable Residual residual(String path) {
        AdapterConfig config = configs.get(Components.of(path));
        return config == null ? null : config.residual();
    }

    @Override
    public TrainedBias wantedBiases() {
        return configs.values().stream()
                .map(AdapterConfig::biases)
                .filter(bias -> bias != TrainedBias.NONE)
                .findFirst()
                .orElse(TrainedBias.NONE);
    }
}
