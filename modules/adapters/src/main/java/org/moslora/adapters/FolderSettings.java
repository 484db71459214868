package org.moslora.adapters;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.moslora.adapters.form.BiasDelta;
import org.moslora.adapters.form.FactorKind;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.adapters.form.LowRankFactorization;
import org.moslora.adapters.form.Residual;
import org.moslora.adapters.form.RoutedFactorization;
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
            "target_modules");
    /** AdaLoRA's schedule, as PEFT calls it and requires it. */
    private static final Map<String, Number> SCHEDULE = Map.of(
            "target_r", 8,
            "tinit", 0,
            "tfinal", 0,
            "deltaT", 1,
            "beta1", 0.85,
            "beta2", 0.85,
            "orth_reg_weight", 0.5,
            "total_step", 1);

    private static final String DROPOUT = "lora_dropout";
    /** What training on goes by and nothing else, as PEFT's kinds call it. */
    private static final List<String> DROPOUTS = List.of(DROPOUT, "rank_dropout", "module_dropout");

    private final AdapterFile adapter;
    private final List<LayerTensors.Written> written;
    private final FactorKind kind;

    FolderSettings(AdapterFile adapter, List<LayerTensors.Written> written) {
        this.adapter = adapter;
        this.written = written;
        this.kind = written.isEmpty() ? adapter.layerKind() : written.get(0).kind();
    }

    /** The kind of the layers. */
    FactorKind kind() {
        return kind;
    }

    /** What our own folder says. */
    JsonObject ours() {
        JsonObject json = shared(path -> path);
        Families.of(adapter).ifPresent(family -> json.addProperty(AdapterOrigin.FAMILY, family.description()));
        OURS.forEach(key -> copy(adapter.settings(), json, key));
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
        boolean cored = has(layer -> isCored(layer.form()));
        boolean uncored = written.stream()
                .anyMatch(layer ->
                        layer.places() > 1 && layer.layer().form().kernel().isEmpty());
        if (kind == FactorKind.LOHA && cored && uncored) {
            throw refused("PEFT has cores (use_effective_conv2d) on all convolutions or on none");
        }
        if (kind == FactorKind.LOKR
                && ((cored && uncored) || PeftSplit.factor(splits()).isEmpty())) {
            throw refused("no decompose_factor of PEFT's splits the sides of all LoKr layers as these are");
        }
        JsonObject json = shared(FolderExport::inPeft);
        if (kind == FactorKind.LORA || kind == FactorKind.ADALORA) {
            json.addProperty(DROPOUT, 0.0);
        }
        DROPOUTS.forEach(key -> copy(adapter.settings(component), json, key));
        return json;
    }

    private InvalidInput refused(String why) {
        return new InvalidInput(
                adapter.path().toString(), FieldName.of("to") + " peft: " + why + " (native and lycoris keep any)");
    }

    private List<PeftSplit> splits() {
        return written.stream()
                .map(layer ->
                        new PeftSplit((KroneckerFactorization) layer.layer().form(), layer.places()))
                .toList();
    }

    private JsonObject shared(UnaryOperator<String> spelling) {
        JsonObject json = new JsonObject();
        json.addProperty("peft_type", kind.name());
        json.addProperty(AdapterConfig.rankKey(kind), adapter.rank());
        json.addProperty(AdapterConfig.alphaKey(kind), AdapterFolder.plain(adapter.alpha()));
        String base = adapter.said("base_model_name_or_path");
        json.addProperty("base_model_name_or_path", base == null ? "" : base);
        switch (kind) {
            case LORA, MOSLORA, BUTTERFLY, FLORA -> {
                json.addProperty("use_dora", has(layer -> layer.update().magnitude() != null));
                json.addProperty("use_rslora", isStabilised());
                json.addProperty(AdapterConfig.LORA_BIAS, has(layer -> shifts(layer, false)));
                json.addProperty(AdapterConfig.BIAS, has(layer -> shifts(layer, true)) ? "lora_only" : "none");
                residual(json);
            }
            case LOHA -> json.addProperty("use_effective_conv2d", has(layer -> isCored(layer.form())));
            case LOKR -> kronecker(json);
            case ADALORA ->
                SCHEDULE.forEach((key, otherwise) -> {
                    json.addProperty(key, otherwise);
                    copy(adapter.settings(), json, key);
                });
            case MOE_LORA -> routed(json);
        }
        if (kind == FactorKind.ADALORA) {
            json.add(RankPattern.KEY, masks(spelling));
        } else {
            numbers(json, spelling);
        }
        return json;
    }

    private void residual(JsonObject json) {
        for (LayerTensors.Written layer : written) {
            Residual residual = layer.layer().update().residual();
            if (residual != null) {
                json.addProperty(FirstValues.KEY, residual.label());
            }
        }
    }

    private void numbers(JsonObject json, UnaryOperator<String> spelling) {
        List<Map.Entry<String, Number>> ranks = new ArrayList<>();
        List<Map.Entry<String, Number>> alphas = new ArrayList<>();
        for (LayerTensors.Written layer : written) {
            String path = spelling.apply(layer.layer().path());
            int rank = rank(layer);
            ranks.add(Map.entry(path, rank));
            alphas.add(Map.entry(
                    path,
                    AdapterFolder.plain(AdapterLayer.alpha(layer.scale(), isStabilised() ? Math.sqrt(rank) : rank))));
        }
        json.add(RankPattern.KEY, AdapterFolder.pattern(ranks, adapter.rank()));
        json.add("alpha_pattern", AdapterFolder.pattern(alphas, adapter.alpha()));
    }

    /** Two whole LoKr factors have no rank but the one that settings give them, by which PEFT tells them whole. */
    private int rank(LayerTensors.Written layer) {
        AdapterConfig config = adapter.config();
        if (config != null && layer.layer().form() instanceof KroneckerFactorization form && form.isWhole()) {
            int said = config.rank(layer.layer().path());
            return new PeftSplit(form, layer.places()).isWhole(said) ? said : layer.rank();
        }
        return layer.rank();
    }

    private boolean isStabilised() {
        AdapterConfig config = adapter.config();
        return config != null && config.asks("use_rslora") && kind.isLowRank();
    }

    private void kronecker(JsonObject json) {
        List<PeftSplit> splits = splits();
        copy(adapter.settings(), json, "decompose_factor");
        OptionalInt factor = PeftSplit.factor(splits);
        if (factor.isPresent()) {
            json.addProperty("decompose_factor", factor.getAsInt());
        }
        json.addProperty(
                "decompose_both",
                splits.stream().anyMatch(split -> !split.form().small().isWhole()));
        json.addProperty("use_effective_conv2d", has(layer -> isCored(layer.form())));
    }

    private void routed(JsonObject json) {
        AdapterConfig config = Objects.requireNonNull(adapter.config(), "only folders have routed layers");
        json.addProperty("experts", config.experts());
        json.addProperty("top_k", config.topK());
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

    private boolean has(Predicate<AdapterLayer> trait) {
        return written.stream().map(LayerTensors.Written::layer).anyMatch(trait);
    }

    private static boolean shifts(AdapterLayer layer, boolean own) {
        BiasDelta shift = layer.update().shift();
        return shift != null && shift.replaces() == own;
    }

    private static boolean isCored(Factorization form) {
        return !(form instanceof LowRankFactorization || form instanceof RoutedFactorization)
                && !form.kernel().isEmpty()
                && !(form instanceof KroneckerFactorization lokr && lokr.large().isWhole());
    }

    private static void copy(JsonObject from, JsonObject to, String key) {
        JsonElement value = from.get(key);
        if (value != null && !value.isJsonNull()) {
            to.add(key, value);
        }
    }
}
