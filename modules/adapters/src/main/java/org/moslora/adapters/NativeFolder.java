package org.moslora.adapters;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.moslora.adapters.form.Kind;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.tensors.TensorData;

/** Our own adapter folder, written out of a running training. */
public final class NativeFolder {
    private NativeFolder() {}

    /**
     * Fills a folder with everything that is trained.
     *
     * @param folder absent or empty
     * @param targets what the recipe named
     */
    public static void fill(
            Path folder, Arena arena, TrainedAdapters adapters, AdapterOrigin origin, List<String> targets)
            throws IOException {
        try (Arena step = arena.child()) {
            List<TrainedAdapters.Layer> layers = new ArrayList<>();
            adapters.components().forEach(component -> layers.addAll(adapters.layers(step, component)));
            List<TensorData> tensors = new ArrayList<>();
            for (TrainedAdapters.Layer layer : layers) {
                layer.tensors()
                        .forEach((role, array) -> tensors.add(
                                ArrayData.of(step, AdapterNames.key(layer.path(), role, kind(layer)), array)));
            }
            List<TensorData> projector = new ArrayList<>();
            adapters.whole().forEach((name, array) -> projector.add(ArrayData.of(step, leaf(name), array)));
            AdapterFolder.fill(folder, config(layers, origin, targets), tensors, projector);
        }
    }

    private static JsonObject config(List<TrainedAdapters.Layer> layers, AdapterOrigin origin, List<String> targets) {
        JsonObject json = new JsonObject();
        origin.writeTo(json);
        json.add("target_modules", AdapterFolder.array(new TreeSet<>(targets)));
        if (layers.isEmpty()) {
            json.addProperty("peft_type", AdapterKind.LORA.peftType());
            json.addProperty("r", 1);
            json.addProperty("lora_alpha", 1);
            return json;
        }
        AdapterSpec spec = layers.get(0).spec();
        Kind kind = kind(layers.get(0));
        json.addProperty("peft_type", kind.name());
        json.addProperty("r", spec.rank());
        json.addProperty(AdapterConfig.rankKey(kind), spec.rank());
        json.addProperty(AdapterConfig.alphaKey(kind), AdapterFolder.plain(spec.alpha()));
        json.addProperty("lora_dropout", spec.dropout());
        spec.describe(json);
        List<Map.Entry<String, Number>> ranks = new ArrayList<>();
        List<Map.Entry<String, Number>> alphas = new ArrayList<>();
        for (TrainedAdapters.Layer layer : layers) {
            ranks.add(Map.entry(layer.path(), layer.spec().rank()));
            alphas.add(Map.entry(layer.path(), AdapterFolder.plain(layer.spec().alpha())));
        }
        json.add("rank_pattern", AdapterFolder.pattern(ranks, spec.rank()));
        json.add("alpha_pattern", AdapterFolder.pattern(alphas, spec.alpha()));
        return json;
    }

    private static Kind kind(TrainedAdapters.Layer layer) {
        return Kind.valueOf(layer.spec().kind().peftType());
    }

    /** The name that {@code projector.safetensors} gives a tensor. */
    static String leaf(String name) {
        int last = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', last - 1) + 1);
    }
}
