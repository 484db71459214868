package org.moslora.adapters;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.moslora.adapters.kind.StoredLayers;
import org.moslora.adapters.names.Components;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.keys.Connectors;

/** Writes our own folder, and PEFT's. */
final class FolderExport {
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
        List<String> remarks = new ArrayList<>(adapter.remarks());
        AdapterCard.of(format, adapter).write(folder);
        if (format == AdapterFormat.NATIVE) {
            List<LayerTensors.Written> written =
                    adapter.layers().values().stream().map(layers::kept).toList();
            JsonObject json = new FolderSettings(adapter, written).ours();
            AdapterFolder.fill(folder, json, tensors(written, false), projector(false));
            return remarks;
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
            writePart(folder, part.getKey(), part.getValue());
        }
        return remarks;
    }

    private void writePart(Path folder, String component, List<LayerTensors.Written> written) throws IOException {
        boolean text = component.startsWith("text_encoder");
        Path own = text ? folder.resolve(component.substring(0, component.length() - 1)) : folder;
        List<TensorData> tensors = tensors(written, true);
        if (component.isEmpty()) {
            tensors.addAll(projector(true));
        }
        AdapterFolder.fill(own, peft(written, component), tensors, List.of());
    }

    private List<TensorData> tensors(List<LayerTensors.Written> written, boolean peft) {
        List<TensorData> tensors = new ArrayList<>();
        for (LayerTensors.Written layer : written) {
            String path = layer.layer().path();
            String place = peft ? AdapterNames.PREFIX + inPeft(path) : AdapterNames.place(path);
            layer.tensors()
                    .forEach((role, array) -> tensors.add(
                            ArrayData.of(arena, place + "." + AdapterNames.suffix(role, layer.kind()), array, type)));
        }
        return tensors;
    }

    /** A path as the component's own model has it: transformers 5 has no {@code text_model} in the first encoder. */
    static String inPeft(String path) {
        String within = Components.within(path);
        return Components.of(path).equals(Components.TEXT) ? within.replaceFirst("^text_model\\.", "") : within;
    }

    private JsonObject peft(List<LayerTensors.Written> written, String component) {
        FolderSettings settings = new FolderSettings(adapter, written);
        JsonObject json = settings.peft(component);
        json.add("task_type", JsonNull.INSTANCE);
        if (component.isEmpty()) {
            json.addProperty("task_type", "CAUSAL_LM");
        } else if (!component.equals(Components.TRANSFORMER)) {
            JsonObject mapping = new JsonObject();
            mapping.addProperty("base_model_class", Components.className(component));
            mapping.addProperty("parent_library", Components.library(component));
            json.add("auto_mapping", mapping);
        }
        json.addProperty("inference_mode", true);
        if (settings.isPair()) {
            if (!json.has(StoredLayers.BIAS)) {
                json.addProperty(StoredLayers.BIAS, "none");
            }
            json.addProperty("fan_in_fan_out", false);
            if (!json.has(StoredLayers.INITIALISATION)) {
                json.addProperty(StoredLayers.INITIALISATION, true);
            }
        }
        // Whole paths: the leaves alone would also match the other tower's layers.
        TreeSet<String> targets = new TreeSet<>();
        written.forEach(layer -> targets.add(inPeft(layer.layer().path())));
        json.add(AdapterConfig.TARGETS, AdapterConfig.array(targets));
        json.add(
                "modules_to_save",
                adapter.projector().isEmpty()
                        ? JsonNull.INSTANCE
                        : AdapterConfig.array(adapter.projector().stream()
                                .map(Connectors::module)
                                .distinct()
                                .toList()));
        return json;
    }

    private List<TensorData> projector(boolean peft) {
        List<TensorData> tensors = new ArrayList<>();
        for (String name : adapter.projector()) {
            String key = peft ? AdapterNames.PREFIX + name : Connectors.leaf(name);
            tensors.add(ArrayData.of(arena, key, adapter.wideProjector(arena, name), type));
        }
        return tensors;
    }
}
