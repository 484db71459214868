package org.moslora.adapters;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.ConfigJson;
import org.moslora.adapters.kind.StoredLayers;
import org.moslora.adapters.kind.Trait;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/** Makes {@code adapter_config.json} for layers of one kind as they are about to be written. */
final class FolderSettings {
    private static final List<String> OURS = List.of(
            "mixer_init",
            "lora_dropout",
            AdapterOrigin.FAMILY,
            AdapterOrigin.TEMPLATE,
            AdapterOrigin.ASPECT,
            AdapterOrigin.PIXELS,
            AdapterOrigin.BOXES,
            AdapterOrigin.PROMPT,
            AdapterConfig.TARGETS);
    private static final String DROPOUT = "lora_dropout";
    /** What training on goes by and nothing else, as PEFT's kinds call it. */
    private static final List<String> DROPOUTS = List.of(DROPOUT, "rank_dropout", "module_dropout");

    private final AdapterFile adapter;
    private final List<LayerTensors.Written> written;
    private final AdapterKind kind;
    private final StoredLayers stored;

    FolderSettings(AdapterFile adapter, List<LayerTensors.Written> written) {
        this.adapter = adapter;
        this.written = written;
        this.kind = written.isEmpty() ? adapter.layerKind() : written.get(0).kind();
        this.stored = new StoredLayers(
                written.stream()
                        .map(layer -> new StoredLayers.Stored(layer.layer().update(), layer.places()))
                        .toList(),
                new ConfigJson(adapter.path().toString(), adapter.settings()));
    }

    /** Whether PEFT has settings of LoRA's for the layers. */
    boolean isPair() {
        return kind.has(Trait.PEFT) && kind.has(Trait.LOW_RANK);
    }

    /** What our own folder says. */
    JsonObject ours() {
        JsonObject json = shared(path -> path);
        Families.of(adapter).ifPresent(family -> json.addProperty(AdapterOrigin.FAMILY, family.description()));
        OURS.forEach(key -> stored.before().copy(key, json));
        json.addProperty("r", adapter.rank());
        return json;
    }

    /**
     * What PEFT's folder says of the layers.
     *
     * @param component that they belong to; empty where a model has no others
     * @throws InvalidInput where PEFT would make other shapes of it
     */
    JsonObject peft(String component) {
        String refusal = kind.formula().refusedByPeft(stored);
        if (refusal != null) {
            throw new InvalidInput(
                    adapter.path().toString(),
                    FieldName.of("to") + " peft: " + refusal + " (native and lycoris keep any)");
        }
        JsonObject json = shared(FolderExport::inPeft);
        if (isPair()) {
            json.addProperty(DROPOUT, 0.0);
        }
        DROPOUTS.forEach(key -> new ConfigJson("", adapter.settings(component)).copy(key, json));
        return json;
    }

    private JsonObject shared(UnaryOperator<String> spelling) {
        JsonObject json = AdapterConfig.draft(kind, adapter.rank(), adapter.alpha(), numbers(spelling));
        String base = adapter.said("base_model_name_or_path");
        json.addProperty("base_model_name_or_path", base == null ? "" : base);
        kind.formula().describe(stored, json);
        if (kind.has(Trait.RANK_BUDGET)) {
            json.remove(AdapterConfig.ALPHAS);
            json.add(RankPattern.KEY, masks(spelling));
        }
        return json;
    }

    private List<AdapterConfig.Numbers> numbers(UnaryOperator<String> spelling) {
        List<AdapterConfig.Numbers> numbers = new ArrayList<>();
        for (LayerTensors.Written layer : written) {
            int rank = rank(layer);
            double alpha = AdapterLayer.alpha(layer.scale(), isStabilised() ? Math.sqrt(rank) : rank);
            numbers.add(new AdapterConfig.Numbers(spelling.apply(layer.layer().path()), rank, alpha));
        }
        return numbers;
    }

    private int rank(LayerTensors.Written layer) {
        AdapterConfig config = adapter.config();
        OptionalInt said = config == null
                ? OptionalInt.empty()
                : OptionalInt.of(config.rank(layer.layer().path()));
        return kind.formula().rank(layer.layer().update(), layer.places(), said);
    }

    private boolean isStabilised() {
        AdapterConfig config = adapter.config();
        return config != null && config.asks("use_rslora") && kind.has(Trait.LOW_RANK);
    }

    private JsonObject masks(UnaryOperator<String> spelling) {
        AdapterConfig config = Objects.requireNonNull(adapter.config(), "only folders have AdaLoRA's layers");
        JsonObject masks = new JsonObject();
        for (LayerTensors.Written layer : written) {
            String path = layer.layer().path();
            JsonArray mask = config.ranks().mask(path);
            if (mask != null) {
                masks.add(spelling.apply(path) + ".lora_E", mask);
            }
        }
        return masks;
    }
}
