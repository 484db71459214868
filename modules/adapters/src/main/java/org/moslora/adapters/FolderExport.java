package org.moslora.adapters;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.moslora.adapters.form.Form;
import org.moslora.adapters.form.HadamardForm;
import org.moslora.adapters.form.KroneckerForm;
import org.moslora.adapters.form.LowRankForm;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.names.Components;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;

/** Writes our own folder, and PEFT's. */
final class FolderExport {
    private static final String PROJECTOR_MODULE = "multi_modal_projector";
    private static final List<String> OURS = List.of(
            "mixer_init",
            "lora_dropout",
            AdapterOrigin.FAMILY,
            AdapterOrigin.TEMPLATE,
            AdapterOrigin.ASPECT,
            "target_modules");
    private static final List<String> KRONECKER = List.of("decompose_both", "decompose_factor");

    private final AdapterFile adapter;
    private final LayerTensors layers;
    private final Arena arena;
    private final DType type;

    FolderExport(AdapterFile adapter, LayerTensors layers, Arena arena, DType type) {
        this.adapter = adapter;
        this.layers = layers;
        this.arena = arena;
        this.type = type;
    }

    List<String> write(Path folder, AdapterFormat format) throws IOException {
        if (format == AdapterFormat.NATIVE) {
            List<LayerTensors.Written> written =
                    adapter.layers().values().stream().map(layers::kept).toList();
            AdapterFolder.fill(folder, ours(written), tensors(written, false), projector(""));
            return adapter.remarks();
        }
        Map<String, List<LayerTensors.Written>> parts = new TreeMap<>();
        adapter.layers()
                .values()
                .forEach(layer -> parts.computeIfAbsent(Components.of(layer.path()), key -> new ArrayList<>())
                        .add(layers.folded(layer)));
        if (parts.isEmpty()) {
            parts.put("", List.of());
        }
        for (Map.Entry<String, List<LayerTensors.Written>> part : parts.entrySet()) {
            boolean text = part.getKey().startsWith("text_encoder");
            Path own = text
                    ? folder.resolve(part.getKey().substring(0, part.getKey().length() - 1))
                    : folder;
            List<TensorData> tensors = tensors(part.getValue(), true);
            boolean whole = part.getKey().isEmpty();
            if (whole) {
                tensors.addAll(projector(AdapterNames.PREFIX + "model." + PROJECTOR_MODULE + "."));
            }
            AdapterFolder.fill(own, peft(part.getValue(), part.getKey()), tensors, List.of());
        }
        return adapter.remarks();
    }

    private List<TensorData> tensors(List<LayerTensors.Written> written, boolean within) {
        List<TensorData> tensors = new ArrayList<>();
        for (LayerTensors.Written layer : written) {
            String path = layer.layer().path();
            String place = within ? AdapterNames.PREFIX + inPeft(path) : AdapterNames.place(path);
            layer.tensors()
                    .forEach((role, array) -> tensors.add(ArrayData.of(arena, place + "." + role.peft(), array, type)));
        }
        return tensors;
    }

    /** A path as the component's own model has it: transformers 5 has no {@code text_model} in the first encoder. */
    private static String inPeft(String path) {
        String within = Components.within(path);
        return Components.of(path).equals(Components.TEXT) ? within.replaceFirst("^text_model\\.", "") : within;
    }

    private JsonObject ours(List<LayerTensors.Written> written) {
        JsonObject json = shared(written, false);
        JsonObject settings = adapter.settings();
        Families.of(adapter).ifPresent(family -> json.addProperty(AdapterOrigin.FAMILY, family.description()));
        OURS.forEach(key -> copy(settings, json, key));
        if (adapter.layers().isEmpty()) {
            json.addProperty("peft_type", adapter.kind().peftType());
        }
        return json;
    }

    private JsonObject peft(List<LayerTensors.Written> written, String component) {
        JsonObject json = shared(written, true);
        json.add("task_type", JsonNull.INSTANCE);
        if (component.isEmpty()) {
            json.addProperty("task_type", "CAUSAL_LM");
        } else {
            JsonObject mapping = new JsonObject();
            mapping.addProperty("base_model_class", Components.className(component));
            mapping.add("parent_library", JsonNull.INSTANCE);
            json.add("auto_mapping", mapping);
        }
        json.addProperty("inference_mode", true);
        if (json.get("peft_type").getAsString().equals("MOSLORA")) {
            json.addProperty("peft_type", AdapterKind.LORA.peftType());
        }
        if (json.has("lora_alpha")) {
            json.addProperty("bias", "none");
            json.addProperty("fan_in_fan_out", false);
            json.addProperty("init_lora_weights", true);
            json.addProperty("lora_dropout", 0.0);
            json.addProperty("use_rslora", false);
            if (!json.has("use_dora")) {
                json.addProperty("use_dora", false);
            }
        }
        // Whole paths: the leaves alone would also match the other tower's layers.
        TreeSet<String> targets = new TreeSet<>();
        written.forEach(layer -> targets.add(inPeft(layer.layer().path())));
        json.add("target_modules", AdapterFolder.array(targets));
        json.add(
                "modules_to_save",
                adapter.projector().isEmpty() ? JsonNull.INSTANCE : AdapterFolder.array(List.of(PROJECTOR_MODULE)));
        return json;
    }

    private JsonObject shared(List<LayerTensors.Written> written, boolean within) {
        Form first = written.isEmpty() ? null : written.get(0).layer().form();
        boolean low = first == null || first instanceof LowRankForm;
        JsonObject json = new JsonObject();
        String kind = first == null || low ? adapter.kind().peftType() : first.kind();
        json.addProperty("peft_type", kind.toUpperCase(Locale.ROOT));
        json.addProperty("r", adapter.rank());
        json.addProperty(low ? "lora_alpha" : "alpha", AdapterFolder.plain(adapter.alpha()));
        String base = adapter.said("base_model_name_or_path");
        json.addProperty("base_model_name_or_path", base == null ? "" : base);
        if (first instanceof HadamardForm || first instanceof KroneckerForm) {
            json.addProperty(
                    "use_effective_conv2d",
                    written.stream().anyMatch(one -> isCored(one.layer().form())));
        }
        if (first instanceof KroneckerForm) {
            KRONECKER.forEach(key -> copy(adapter.settings(), json, key));
        }
        if (!written.isEmpty() && written.get(0).layer().update().magnitude() != null) {
            json.addProperty("use_dora", true);
        }
        List<Map.Entry<String, Number>> ranks = new ArrayList<>();
        List<Map.Entry<String, Number>> alphas = new ArrayList<>();
        for (LayerTensors.Written layer : written) {
            String path = within ? inPeft(layer.layer().path()) : layer.layer().path();
            ranks.add(Map.entry(path, layer.rank()));
            alphas.add(Map.entry(path, AdapterFolder.plain(layer.alpha())));
        }
        json.add("rank_pattern", AdapterFolder.pattern(ranks, adapter.rank()));
        json.add("alpha_pattern", AdapterFolder.pattern(alphas, adapter.alpha()));
        return json;
    }

    private static boolean isCored(Form form) {
        return !form.kernel().isEmpty()
                && !(form instanceof KroneckerForm lokr && lokr.large().isWhole());
    }

    private static void copy(JsonObject from, JsonObject to, String key) {
        JsonElement value = from.get(key);
        if (value != null) {
            to.add(key, value);
        }
    }

    private List<TensorData> projector(String prefix) {
        List<TensorData> tensors = new ArrayList<>();
        for (String name : adapter.projector()) {
            String leaf = name.substring(name.indexOf(PROJECTOR_MODULE) + PROJECTOR_MODULE.length() + 1);
            tensors.add(ArrayData.of(arena, prefix + leaf, adapter.wideProjector(arena, name), type));
        }
        return tensors;
    }
}
