package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.moslora.adapters.form.Kind;
import org.moslora.adapters.form.Role;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Kernels;
import org.moslora.problems.Problems;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;

/**
 * One LoRA that equals several adapters at once: [s₁·A₁; s₂·A₂] and [B₁, B₂], side by side along the rank, which is
 * exact. Every mixer is folded first.
 */
public final class CombinedAdapter {
    private final FixedAdapters adapters;
    private final Arena arena;
    private final DType type;
    private final List<Map.Entry<String, Number>> ranks = new ArrayList<>();

    private CombinedAdapter(FixedAdapters adapters, Arena arena, DType type) {
        this.adapters = adapters;
        this.arena = arena;
        this.type = type;
    }

    /**
     * Fills a folder of our own format.
     *
     * @throws org.moslora.problems.InvalidInput naming layers that no low-rank pair equals, such as DoRA's
     */
    public static void fill(Path folder, FixedAdapters adapters, Arena arena, DType type) throws IOException {
        checkPairs(adapters);
        try (Arena step = arena.child()) {
            new CombinedAdapter(adapters, step, type).fill(folder);
        }
    }

    private static void checkPairs(FixedAdapters adapters) {
        Problems problems = new Problems();
        problems.collect(adapters::checkMergeable);
        for (AdapterFile file : adapters.files()) {
            List<String> others = file.layers().values().stream()
                    .filter(layer -> !layer.form().dependsOnInput())
                    .filter(layer -> layer.update().pairRank().isEmpty())
                    .map(AdapterLayer::path)
                    .toList();
            if (!others.isEmpty()) {
                problems.add(
                        file.path().toString(),
                        "is %s: %d of its layers are no low-rank pair and cannot be part of one adapter: %s",
                        String.join(" + ", file.kinds()),
                        others.size(),
                        AdapterNames.shortened(others));
            }
        }
        problems.throwIfAny();
    }

    private void fill(Path folder) throws IOException {
        TreeSet<String> paths = new TreeSet<>();
        adapters.files().forEach(file -> paths.addAll(file.layers().keySet()));
        List<TensorData> tensors = new ArrayList<>();
        paths.forEach(path -> add(tensors, path));
        List<TensorData> projector = new ArrayList<>();
        for (AdapterFile file : adapters.files()) {
            file.projector()
                    .forEach(name -> projector.add(
                            ArrayData.of(arena, NativeFolder.leaf(name), file.wideProjector(arena, name), type)));
        }
        AdapterFolder.fill(folder, config(), tensors, projector);
    }

    private void add(List<TensorData> tensors, String path) {
        LayerTensors layers = new LayerTensors(arena, Map.of());
        List<NDArray> downs = new ArrayList<>();
        List<NDArray> ups = new ArrayList<>();
        for (int i = 0; i < adapters.files().size(); i++) {
            AdapterLayer layer = adapters.files().get(i).layers().get(path);
            if (layer != null) {
                LayerTensors.Written pair = layers.scaled(layer, adapters.weight(i));
                downs.add(Objects.requireNonNull(pair.tensors().get(Role.DOWN)));
                ups.add(Objects.requireNonNull(pair.tensors().get(Role.UP)));
            }
        }
        NDArray down = Kernels.get().one(arena, "concatenated", downs, 0);
        NDArray up = Kernels.get().one(arena, "concatenated", ups, 1);
        tensors.add(ArrayData.of(arena, AdapterNames.key(path, Role.DOWN, Kind.LORA), down, type));
        tensors.add(ArrayData.of(arena, AdapterNames.key(path, Role.UP, Kind.LORA), up, type));
        ranks.add(Map.entry(path, (int) down.getShape().get(0)));
    }

    private JsonObject config() {
        JsonObject json = new JsonObject();
        int rank = ranks.isEmpty() ? 1 : ranks.get(0).getValue().intValue();
        json.addProperty("peft_type", Kind.LORA.name());
        json.addProperty("r", rank);
        json.addProperty("lora_alpha", rank);
        json.add("rank_pattern", AdapterFolder.pattern(ranks, rank));
        json.add("alpha_pattern", AdapterFolder.pattern(ranks, rank));
        for (String key : List.of(
                "base_model_name_or_path", AdapterOrigin.FAMILY, AdapterOrigin.TEMPLATE, AdapterOrigin.ASPECT)) {
            String said = adapters.said(key);
            if (said != null) {
                json.addProperty(key, said);
            }
        }
        TreeSet<String> targets = new TreeSet<>();
        ranks.forEach(entry -> targets.add(entry.getKey()));
        json.add("target_modules", AdapterFolder.array(targets));
        return json;
    }
}
