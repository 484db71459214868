package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.Trait;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Kernels;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.keys.Connectors;

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
        fill(folder, arena, adapters, origin, targets, List.of());
    }

    /**
     * The same with pictures for its card.
     *
     * @param illustrations what the adapter paints
     */
    public static void fill(
            Path folder,
            Arena arena,
            TrainedAdapters adapters,
            AdapterOrigin origin,
            List<String> targets,
            List<Illustration> illustrations)
            throws IOException {
        try (Arena step = arena.child()) {
            Map<String, List<TrainedAdapters.Layer>> parts = parts(step, adapters);
            String main = parts.isEmpty() ? "" : parts.keySet().iterator().next();
            List<TensorData> projector = new ArrayList<>();
            adapters.whole().forEach((name, array) -> projector.add(ArrayData.of(step, leaf(name), array)));
            JsonObject config = config(parts.getOrDefault(main, List.of()), adapters, origin, targets);
            List<TensorData> tensors = tensors(step, parts.getOrDefault(main, List.of()), adapters);
            parts.remove(main);
            if (!parts.isEmpty()) {
                config.add(AdapterNames.PARTS, AdapterConfig.array(parts.keySet()));
            }
            card(step, adapters, origin, illustrations).write(folder);
            AdapterFolder.fill(folder, config, tensors, projector);
            for (Map.Entry<String, List<TrainedAdapters.Layer>> part : parts.entrySet()) {
                JsonObject own = config(part.getValue(), adapters, origin, targets);
                AdapterFolder.fill(
                        folder.resolve(part.getKey()), own, tensors(step, part.getValue(), adapters), List.of());
            }
        }
    }

    private static AdapterCard card(
            Arena step, TrainedAdapters adapters, AdapterOrigin origin, List<Illustration> illustrations) {
        TreeSet<String> kinds = new TreeSet<>();
        List<String> paths = new ArrayList<>();
        int rank = 0;
        for (String component : adapters.components()) {
            for (TrainedAdapters.Layer layer : adapters.layers(step, component)) {
                kinds.add(layer.spec().kind().recipeName());
                paths.add(layer.path());
                rank = Math.max(rank, layer.spec().rank());
            }
        }
        return AdapterCard.of(
                AdapterFormat.NATIVE,
                AdapterCard.Task.of(paths, origin.family()),
                origin.base(),
                kinds,
                paths.size(),
                rank,
                origin.prompt(),
                illustrations);
    }

    /** Layers that one config can speak for, under the name of the first component that has such. */
    private static Map<String, List<TrainedAdapters.Layer>> parts(Arena step, TrainedAdapters adapters) {
        Map<JsonObject, String> names = new HashMap<>();
        Map<String, List<TrainedAdapters.Layer>> parts = new LinkedHashMap<>();
        for (String component : adapters.components()) {
            List<TrainedAdapters.Layer> layers = adapters.layers(step, component);
            String name = names.computeIfAbsent(settings(layers.get(0)), key -> component.replaceFirst("\\..*", ""));
            parts.computeIfAbsent(name, key -> new ArrayList<>()).addAll(layers);
        }
        return parts;
    }

    /** What a config says of its kind that its layers are read by. */
    private static JsonObject settings(TrainedAdapters.Layer layer) {
        JsonObject json = new JsonObject();
        json.addProperty(AdapterConfig.TYPE, layer.spec().kind().peftType());
        layer.spec().describe(json);
        // How training began is no matter of reading.
        json.remove("mixer_init");
        return json;
    }

    private static List<TensorData> tensors(Arena step, List<TrainedAdapters.Layer> layers, TrainedAdapters adapters) {
        Map<String, boolean[]> ranks = adapters.ranks();
        List<TensorData> tensors = new ArrayList<>();
        for (TrainedAdapters.Layer layer : layers) {
            layer.tensors().forEach((role, array) -> {
                NDArray left = left(step, role, array, ranks.get(layer.path()));
                tensors.add(ArrayData.of(
                        step, AdapterNames.key(layer.path(), role, layer.spec().kind()), left));
            });
        }
        return tensors;
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
        AdapterSpec spec = layers.isEmpty() ? null : layers.get(0).spec();
        JsonObject json = spec == null
                ? AdapterConfig.draft(AdapterKind.LORA, 1, 1, List.of())
                : AdapterConfig.draft(spec.kind(), spec.rank(), spec.alpha(), numbers(layers));
        origin.writeTo(json);
        json.add(AdapterConfig.TARGETS, AdapterConfig.array(new TreeSet<>(targets)));
        if (spec == null) {
            json.remove(RankPattern.KEY);
            json.remove(AdapterConfig.ALPHAS);
            return json;
        }
        json.addProperty("r", spec.rank());
        json.addProperty("lora_dropout", spec.dropout());
        Map<String, boolean[]> cut = new LinkedHashMap<>(adapters.ranks());
        cut.keySet().retainAll(layers.stream().map(TrainedAdapters.Layer::path).toList());
        if (!cut.isEmpty()) {
            json.add(RankPattern.KEY, cut(cut));
        }
        spec.describe(json);
        if (spec.kind().has(Trait.RANK_BUDGET)) {
            adapters.budgetedSteps().ifPresent(steps -> json.addProperty("total_step", steps));
        }
        return json;
    }

    private static List<AdapterConfig.Numbers> numbers(List<TrainedAdapters.Layer> layers) {
        return layers.stream()
                .map(layer -> new AdapterConfig.Numbers(
                        layer.path(), layer.spec().rank(), layer.spec().alpha()))
                .toList();
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
        if (Connectors.holds(name)) {
            return Connectors.leaf(name);
        }
        int last = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', last - 1) + 1);
    }
}
