package org.moslora.adapters;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Truncation;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.LowRank;
import org.moslora.problems.FieldName;
import org.moslora.problems.Problems;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;

/**
 * One LoRA that equals several adapters at once: [s₁·A₁; s₂·A₂] and [B₁, B₂], side by side along the rank, which is
 * exact. Every mixer is folded first. Cut down to a rank it is the nearest LoRA to any adapters.
 */
public final class CombinedAdapter {
    private final LoadedAdapters adapters;
    private final LayerPairs pairs;
    private final Arena arena;
    private final DType type;
    private final SortedMap<String, Integer> ranks = new TreeMap<>();

    private CombinedAdapter(LoadedAdapters adapters, LayerPairs pairs, Arena arena, DType type) {
        this.adapters = adapters;
        this.pairs = pairs;
        this.arena = arena;
        this.type = type;
    }

    /**
     * Fills a folder of our own format.
     *
     * @throws org.moslora.problems.InvalidInput naming layers that no low-rank pair equals, such as DoRA's
     */
    public static void fill(Path folder, LoadedAdapters adapters, Arena arena, DType type) throws IOException {
        PlainPairs.check(adapters, " and cannot be part of one adapter");
        LayerPairs exact = (step, updates) -> updates.pair(step);
        fill(folder, adapters, exact, arena, type);
    }

    /**
     * Fills a folder of our own format with the nearest low-rank pairs.
     *
     * @param base of the model, which only adapters need that depend on weights; or null
     * @return what was lost
     * @throws org.moslora.problems.InvalidInput naming adapters that see the input, and such as need a model without one
     */
    public static TruncationLoss fill(
            Path folder,
            LoadedAdapters adapters,
            Truncation truncation,
            @Nullable BaseWeights base,
            Arena arena,
            DType type)
            throws IOException {
        NumberedLayers.checkNamed(adapters.files());
        adapters.checkMergeable();
        checkBiases(adapters);
        if (base == null) {
            checkFreeOfWeights(adapters);
        }
        TruncatedPairs nearest = new TruncatedPairs(truncation, base);
        fill(folder, adapters, nearest, arena, type);
        return nearest.loss();
    }

    private static void fill(Path folder, LoadedAdapters adapters, LayerPairs pairs, Arena arena, DType type)
            throws IOException {
        try (Arena step = arena.child()) {
            new CombinedAdapter(adapters, pairs, step, type).fill(folder);
        }
    }

    private static void checkBiases(LoadedAdapters adapters) {
        Problems problems = new Problems();
        for (AdapterFile file : adapters.files()) {
            if (file.layers().values().stream().anyMatch(layer -> layer.update().shift() != null)) {
                problems.add(file.path().toString(), "has trained biases, which no low-rank pair comes near");
            }
        }
        problems.throwIfAny();
    }

    private static void checkFreeOfWeights(LoadedAdapters adapters) {
        Problems problems = new Problems();
        for (AdapterFile file : adapters.files()) {
            List<String> bound = file.layers().values().stream()
                    .filter(layer -> layer.update().dependsOnWeight())
                    .map(AdapterLayer::path)
                    .toList();
            if (!bound.isEmpty()) {
                problems.add(
                        file.path().toString(),
                        "is %s: what magnitudes do, and what pissa and olora leave of a weight, depends on the weights,"
                                + " so that " + FieldName.of("model") + " must say which they are",
                        String.join(" + ", file.kinds()));
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
        card(paths).write(folder);
        AdapterFolder.fill(folder, config(), tensors, projector);
    }

    private AdapterCard card(Set<String> paths) {
        String base = adapters.said("base_model_name_or_path");
        return AdapterCard.of(
                AdapterFormat.NATIVE,
                AdapterCard.Task.of(paths, adapters.said(AdapterOrigin.FAMILY)),
                base == null ? "" : base,
                new TreeSet<>(List.of(AdapterKind.LORA.recipeName())),
                paths.size(),
                ranks.values().stream().mapToInt(Integer::intValue).max().orElse(0),
                adapters.said(AdapterOrigin.PROMPT),
                List.of());
    }

    private void add(List<TensorData> tensors, String path) {
        LayerUpdates updates = adapters.updates(path);
        LayerTensors layers = new LayerTensors(arena, Map.of());
        AdapterLayer shape = updates.shape(layers);
        LowRank pair = pairs.of(arena, updates);
        layers.shaped(shape, pair)
                .forEach((role, array) ->
                        tensors.add(ArrayData.of(arena, AdapterNames.key(path, role, AdapterKind.LORA), array, type)));
        ranks.put(path, (int) pair.down().getShape().get(0));
    }

    private JsonObject config() {
        int rank = ranks.values().stream().mapToInt(Integer::intValue).max().orElse(1);
        List<AdapterConfig.Numbers> numbers = ranks.entrySet().stream()
                .map(entry -> new AdapterConfig.Numbers(entry.getKey(), entry.getValue(), entry.getValue()))
                .toList();
        JsonObject json = AdapterConfig.draft(AdapterKind.LORA, rank, rank, numbers);
        for (String key : List.of(
                "base_model_name_or_path",
                AdapterOrigin.FAMILY,
                AdapterOrigin.TEMPLATE,
                AdapterOrigin.ASPECT,
                AdapterOrigin.PIXELS)) {
            String said = adapters.said(key);
            if (said != null) {
                json.addProperty(key, said);
            }
        }
        adapters.files().stream()
                .flatMap(file -> Families.of(file).stream())
                .findFirst()
                .ifPresent(family -> json.addProperty(AdapterOrigin.FAMILY, family.description()));
        json.add(AdapterConfig.TARGETS, AdapterConfig.array(ranks.keySet()));
        return json;
    }
}
