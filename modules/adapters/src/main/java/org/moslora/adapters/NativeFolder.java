package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Kernels;
import org.moslora.tensors.TensorData;

/**
 * Our own adapter folder, written out of a running training. Kinds that PEFT has are written as PEFT writes them,
 * AdaLoRA without the ranks that were cut.
 */
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
            Map<String, boolean[]> ranks = adapters.ranks();
            List<TensorData> tensors = new ArrayList<>();
            for (TrainedAdapters.Layer layer : layers) {
                layer.tensors().forEach((role, array) -> {
                    NDArray left = left(step, role, array, ranks.get(layer.path()));
                    tensors.add(ArrayData.of(
                            step,
                            AdapterNames.key(layer.path(), role, layer.spec().kind()),
                            left));
                });
            }
            List<TensorData> projector = new ArrayList<>();
            adapters.whole().forEach((name, array) -> projector.add(ArrayData.of(step, leaf(name), array)));
            AdapterFolder.fill(folder, config(layers, adapters, origin, targets), tensors, projector);
        }
    }

    private static NDArray left(Arena step, TensorRole role, NDArray array, boolean @Nullable [] ranks) {
        if (ranks == null) {
            return array;
        }
        List<Long> kept = new ArrayList<>();
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i]) {
                kept.add((long) i);
            }
        }
        NDArray indices = step.longs(kept.stream().mapToLong(Long::longValue).toArray());
        return Kernels.get().one(step, "selected", array, role == TensorRole.UP ? 1 : 0, indices);
    }

    private static JsonObject config(
            List<TrainedAdapters.Layer> layers, TrainedAdapters adapters, AdapterOrigin origin, List<String> targets) {
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
        AdapterKind kind = spec.kind();
        json.addProperty("peft_type", kind.peftType());
        json.addProperty("r", spec.rank());
        json.addProperty(kind.formula().alphaKey(), AdapterFolder.plain(spec.alpha()));
        json.addProperty("lora_dropout", spec.dropout());
        List<Map.Entry<String, Number>> ranks = new ArrayList<>();
        List<Map.Entry<String, Number>> alphas = new ArrayList<>();
        for (TrainedAdapters.Layer layer : layers) {
            ranks.add(Map.entry(layer.path(), layer.spec().rank()));
            alphas.add(Map.entry(layer.path(), AdapterFolder.plain(layer.spec().alpha())));
        }
        Map<String, boolean[]> cut = adapters.ranks();
        json.add("rank_pattern", cut.isEmpty() ? AdapterFolder.pattern(ranks, spec.rank()) : cut(cut));
        json.add("alpha_pattern", AdapterFolder.pattern(alphas, spec.alpha()));
        spec.describe(json);
        adapters.budgetedSteps().ifPresent(steps -> json.addProperty("total_step", steps));
        return json;
    }

    /** For each layer which of its first ranks are left, as PEFT notes it. */
    private static JsonObject cut(Map<String, boolean[]> ranks) {
        JsonObject json = new JsonObject();
        ranks.forEach((path, kept) -> {
            JsonArray array = new JsonArray();
            for (boolean one : kept) {
                array.add(one);
            }
            json.add(
                    AdapterNames.place(path).replaceFirst("^base_model\\.model\\.", "") + "."
                            + TensorRole.DIAGONAL.label(),
                    array);
        });
        return json;
    }

    /** The name that {@code projector.safetensors} gives a tensor. */
    static String leaf(String name) {
        int last = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', last - 1) + 1);
    }
}
