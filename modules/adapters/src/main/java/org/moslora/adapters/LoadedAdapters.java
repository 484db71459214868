package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Site;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.keys.Connectors;

/**
 * Adapters that are used and not trained: evaluation, chat, generation, merging. Several on one layer are one, by
 * concatenation along the rank, which is exact; what is no low-rank pair, or everything if {@link #merge} is called,
 * goes into a copy of the weight. A model's components may be built one after the other: those built since the last
 * call are served.
 */
public final class LoadedAdapters implements Linears, AutoCloseable {
    private final List<AdapterFile> files = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private final Map<String, Linear> linears = new LinkedHashMap<>();
    private final List<OtherTensor> connector = new ArrayList<>();
    private boolean checked;

    private LoadedAdapters() {}

    /**
     * Opens adapters, in this order.
     *
     * @throws InvalidInput naming what is wrong with any of them
     */
    public static LoadedAdapters open(List<ScaledAdapter> adapters) {
        LoadedAdapters loaded = new LoadedAdapters();
        try {
            for (ScaledAdapter adapter : adapters) {
                loaded.files.add(AdapterFile.open(adapter.path()));
                loaded.weights.add(adapter.weight());
            }
            loaded.checkProjectors();
            return loaded;
        } catch (InvalidInput invalid) {
            loaded.close();
            throw invalid;
        }
    }

    private void checkProjectors() {
        List<AdapterFile> with =
                files.stream().filter(file -> !file.projector().isEmpty()).toList();
        if (with.size() > 1) {
            throw new InvalidInput(
                    with.get(1).path().toString(),
                    "brings a trained projector, and so does " + with.get(0).path() + "; only one can be used");
        }
    }

    /** What the adapters say under a config key, the first that says anything; null if none does. */
    public @Nullable String said(String key) {
        return files.stream()
                .map(file -> file.said(key))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * Checks that weights can hold what the adapters do.
     *
     * @throws InvalidInput naming every adapter that sees the input
     */
    public void checkMergeable() {
        Problems problems = new Problems();
        for (AdapterFile file : files) {
            long routed = file.layers().values().stream()
                    .filter(layer -> layer.form().dependsOnInput())
                    .count();
            if (routed > 0) {
                problems.add(
                        file.path().toString(),
                        "is moe-lora: %d of its layers route each input to experts of its own, so that no weight can"
                                + " hold what they do; use it beside the model with " + FieldName.of("adapter"),
                        routed);
            }
        }
        problems.throwIfAny();
    }

    /**
     * Checks that no adapter changes an embedding table that is the head too: added into it, it would change what the head
     * does, and the model would no longer be what adapter and model are together.
     *
     * @param table its path
     * @throws InvalidInput naming every adapter that does
     */
    public void checkBesides(String table) {
        Problems problems = new Problems();
        for (AdapterFile file : files) {
            if (file.layers().containsKey(table)) {
                problems.add(
                        file.path().toString(),
                        "changes %s, which is this model's head too (tie_word_embeddings): merged, it would change"
                                + " both; use it beside the model with " + FieldName.of("adapter"),
                        table);
            }
        }
        problems.throwIfAny();
    }

    /** The opened files. */
    public List<AdapterFile> files() {
        return List.copyOf(files);
    }

    /** How strongly the adapter at an index counts. */
    double weight(int index) {
        return weights.get(index);
    }

    /**
     * Checks every layer against a whole model before any of it is built. A model whose components are built one after
     * the other needs this: later calls then look for no layer outside of what is there.
     *
     * @param sites all linears and convolutions of all components
     * @throws InvalidInput naming every tensor that does not fit
     */
    public void check(Map<String, Site> sites) {
        check(sites, Map.of());
    }

    /** As {@link #check(Map)}, with the shapes of a projector that an adapter may bring. */
    public void check(Map<String, Site> sites, Map<String, List<Long>> projectorShapes) {
        files.replaceAll(file -> file.of(sites.keySet()));
        files.forEach(file -> file.check(sites, projectorShapes));
        Coexistence.check(files);
        checked = true;
    }

    /** As {@link #check(Map)}, against all linears that were made. */
    void checkMade() {
        check(sites(), projectorShapes());
    }

    @Override
    public void made(Linear linear) {
        linears.put(linear.site().path(), linear);
    }

    @Override
    public void made(OtherTensor tensor) {
        if (Connectors.holds(tensor.name())) {
            connector.add(tensor);
        }
    }

    /**
     * Puts every layer on its linear, once the model or one more of its components is built.
     *
     * @throws InvalidInput naming every tensor that does not fit the model, unless {@link #check(Map)} was called
     */
    public void attach(Arena arena, Compute compute) {
        serve(arena, compute, Integer.MAX_VALUE);
    }

    /**
     * Adds every layer to a copy of its linear's weight, so that using the model costs nothing more: each is computed
     * in fp32 and rounded once to the model's format. As {@link #attach} otherwise.
     *
     * @param arena owns the copies
     */
    public void merge(Arena arena, Compute compute) {
        serve(arena, compute, 0);
    }

    /**
     * Keeps pairs of low rank beside their weights, where they cost next to nothing, take no copy and round less, and
     * merges whatever would cost more.
     *
     * @param arena owns pairs and copies
     * @param rank the highest that stays a pair, of all adapters on a layer together
     */
    public void attachUpTo(int rank, Arena arena, Compute compute) {
        serve(arena, compute, rank);
    }

    private void serve(Arena arena, Compute compute, int mostRank) {
        if (!checked) {
            check(sites(), projectorShapes());
            checked = false;
        }
        for (Linear linear : linears.values()) {
            LayerUpdates updates = updates(linear.site().path());
            if (!updates.isEmpty()) {
                try (Arena step = arena.child()) {
                    updates.putOn(linear, step, arena, compute, mostRank);
                }
            }
        }
        files.forEach(file -> replaceProjector(file, arena, compute));
        linears.clear();
        connector.clear();
    }

    /** What the adapters do at a path, in their order. */
    LayerUpdates updates(String path) {
        List<LayerUpdates.Weighted> found = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            AdapterLayer layer = files.get(i).layers().get(path);
            if (layer != null) {
                found.add(new LayerUpdates.Weighted(layer, weights.get(i)));
            }
        }
        return new LayerUpdates(found);
    }

    private void replaceProjector(AdapterFile file, Arena arena, Compute compute) {
        if (file.projector().isEmpty()) {
            return;
        }
        for (Linear linear : linears.values()) {
            String path = linear.site().path();
            if (Connectors.holds(path)) {
                NDArray bias = linear.bias() == null ? null : file.projector(arena, compute, path + ".bias");
                linear.replace(file.projector(arena, compute, path + ".weight"), bias);
            }
        }
        for (OtherTensor tensor : connector) {
            tensor.replace(file.projector(arena, compute, tensor.name()));
        }
    }

    private Map<String, Site> sites() {
        Map<String, Site> sites = new LinkedHashMap<>();
        linears.forEach((path, linear) -> sites.put(path, linear.site()));
        return sites;
    }

    private Map<String, List<Long>> projectorShapes() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        linears.forEach((path, linear) -> {
            if (Connectors.holds(path)) {
                shapes.put(
                        path + ".weight",
                        List.of(linear.site().outputs(), linear.site().inputs()));
                if (linear.bias() != null) {
                    shapes.put(path + ".bias", List.of(linear.site().outputs()));
                }
            }
        });
        connector.forEach(tensor -> shapes.put(
                tensor.name(),
                Arrays.stream(tensor.value().getShape().getShape()).boxed().toList()));
        return shapes;
    }

    @Override
    public void close() {
        files.forEach(AdapterFile::close);
    }
}
