package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;

/** An adapter in another folder format, exactly: nothing is approximated and nothing left out. */
public final class Conversion {
    private static final String PROJECTOR_MODULE = "multi_modal_projector";

    private Conversion() {}

    /** Our own folder; what was LoRA stays LoRA. */
    public static void toNative(AdapterFile adapter, Path folder, Arena arena, DType type) throws IOException {
        try (Arena step = arena.child()) {
            List<TensorData> tensors = new ArrayList<>();
            for (AdapterLayer layer : adapter.layers().values()) {
                add(tensors, step, adapter, layer, AdapterNames.DOWN, layer.down(), type);
                String mixer = layer.mixer();
                if (mixer != null) {
                    add(tensors, step, adapter, layer, AdapterNames.MIXER, mixer, type);
                }
                add(tensors, step, adapter, layer, AdapterNames.UP, layer.up(), type);
            }
            JsonObject json = common(adapter);
            json.addProperty("peft_type", adapter.kind().peftType());
            for (String key : List.of(
                    "mixer_init",
                    "lora_dropout",
                    AdapterOrigin.FAMILY,
                    AdapterOrigin.TEMPLATE,
                    AdapterOrigin.ASPECT,
                    "target_modules")) {
                if (adapter.config().json().has(key)) {
                    json.add(key, adapter.config().json().get(key));
                }
            }
            AdapterFolder.fill(folder, json, tensors, projector(step, adapter, "", type));
        }
    }

    /** PEFT's folder, the mixer folded into A: A' = M·A, so that rank, alpha and outputs stay what they are. */
    public static void toPeft(AdapterFile adapter, Path folder, Arena arena, DType type) throws IOException {
        try (Arena step = arena.child()) {
            List<TensorData> tensors = new ArrayList<>();
            for (AdapterLayer layer : adapter.layers().values()) {
                NDArray down = adapter.tensor(step, Compute.cpu(), layer.down());
                String mixer = layer.mixer();
                if (mixer != null) {
                    NDArray core = adapter.tensor(step, Compute.cpu(), mixer);
                    down = Kernels.get().one(step, "scaled_product", core, down, 1.0);
                }
                tensors.add(ArrayData.of(step, AdapterNames.key(layer.path(), AdapterNames.DOWN), down, type));
                add(tensors, step, adapter, layer, AdapterNames.UP, layer.up(), type);
            }
            tensors.addAll(projector(step, adapter, AdapterNames.PREFIX + "model." + PROJECTOR_MODULE + ".", type));
            AdapterFolder.fill(folder, peft(adapter), tensors, List.of());
        }
    }

    private static JsonObject peft(AdapterFile adapter) {
        JsonObject json = common(adapter);
        json.addProperty("peft_type", "LORA");
        json.addProperty("task_type", "CAUSAL_LM");
        json.addProperty("bias", "none");
        json.addProperty("fan_in_fan_out", false);
        json.addProperty("inference_mode", true);
        json.addProperty("init_lora_weights", true);
        json.addProperty("lora_dropout", 0.0);
        json.addProperty("use_rslora", false);
        json.addProperty("use_dora", false);
        // Whole paths: the leaves alone would also match the other tower's layers.
        json.add(
                "target_modules",
                AdapterFolder.array(new TreeSet<>(adapter.layers().keySet())));
        json.add(
                "modules_to_save",
                adapter.projector().isEmpty() ? JsonNull.INSTANCE : AdapterFolder.array(List.of(PROJECTOR_MODULE)));
        return json;
    }

    private static JsonObject common(AdapterFile adapter) {
        JsonObject json = new JsonObject();
        json.addProperty("r", adapter.rank());
        json.addProperty("lora_alpha", AdapterFolder.plain(adapter.alpha()));
        String base = adapter.said("base_model_name_or_path");
        json.addProperty("base_model_name_or_path", base == null ? "" : base);
        List<Map.Entry<String, Number>> ranks = new ArrayList<>();
        List<Map.Entry<String, Number>> alphas = new ArrayList<>();
        for (AdapterLayer layer : adapter.layers().values()) {
            ranks.add(Map.entry(layer.path(), layer.rank()));
            alphas.add(Map.entry(layer.path(), AdapterFolder.plain(layer.alpha())));
        }
        json.add("rank_pattern", AdapterFolder.pattern(ranks, adapter.rank()));
        json.add("alpha_pattern", AdapterFolder.pattern(alphas, adapter.alpha()));
        return json;
    }

    private static void add(
            List<TensorData> tensors,
            Arena step,
            AdapterFile adapter,
            AdapterLayer layer,
            String factor,
            String key,
            DType type) {
        NDArray array = adapter.tensor(step, Compute.cpu(), key);
        tensors.add(ArrayData.of(step, AdapterNames.key(layer.path(), factor), array, type));
    }

    private static List<TensorData> projector(Arena step, AdapterFile adapter, String prefix, DType type) {
        List<TensorData> tensors = new ArrayList<>();
        for (String name : adapter.projector()) {
            String leaf = name.substring(name.indexOf(PROJECTOR_MODULE) + PROJECTOR_MODULE.length() + 1);
            tensors.add(ArrayData.of(step, prefix + leaf, adapter.wideProjector(step, name), type));
        }
        return tensors;
    }
}
