package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Factors;
import org.moslora.adapters.form.RoutedFactorization;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;
import org.moslora.layers.Routed;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.keys.LlavaKeys;

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
    private boolean checked;

    private LoadedAdapters() {}

    /**
     * Opens adapters, in this order.
     *
     * @throws InvalidInput naming what is wrong with any of them
     */
    public static LoadedAdapters open(List<ScaledAdapter> adapters) {
        LoadedAdapters fixed = new LoadedAdapters();
        try {
            for (ScaledAdapter adapter : adapters) {
                fixed.files.add(AdapterFile.open(adapter.path()));
                fixed.weights.add(adapter.weight());
            }
            fixed.checkProjectors();
            return fixed;
        } catch (InvalidInput invalid) {
            fixed.close();
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
                                + " hold what they do; use it beside the model with --adapter",
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
                                + " both; use it beside the model with --adapter",
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
            List<Weighted> updates = updates(linear.site().path());
            if (!updates.isEmpty()) {
                try (Arena step = arena.child()) {
                    serve(linear, updates, step, arena, compute, mostRank);
                }
            }
        }
        files.forEach(file -> replaceProjector(file, arena, compute));
        linears.clear();
    }

    private static void serve(
            Linear linear, List<Weighted> updates, Arena step, Arena arena, Compute compute, int mostRank) {
        Weighted routed = updates.stream()
                .filter(one -> one.layer().form().dependsOnInput())
                .findFirst()
                .orElse(null);
        List<Weighted> others = updates.stream()
                .filter(one -> !one.layer().form().dependsOnInput())
                .toList();
        if (updates.stream().anyMatch(one -> one.layer().update().shift() != null)) {
            NDArray made = linear.bias();
            NDArray bias = made == null ? step.zeros(linear.site().outputs()) : made;
            linear.shift(moved(arena, compute, shifted(step, compute, bias, updates)));
        }
        if (routed == null && rank(others) <= mostRank) {
            linear.adapt(pair(step, arena, compute, others));
            return;
        }
        if (!others.isEmpty()) {
            if (linear.quantised() != null) {
                Coexistence.checkPlain(others);
            }
            NDArray sum = added(step, compute, linear.weightIn(step), others);
            linear.replace(moved(arena, compute, sum), linear.bias());
        }
        if (routed != null) {
            linear.adapt(routed(step, arena, compute, routed));
        }
    }

    private static Routed routed(Arena step, Arena arena, Compute compute, Weighted one) {
        RoutedFactorization form = (RoutedFactorization) one.layer().form();
        double scale = one.layer().scale() * one.weight();
        Routed made = form.routed(step, AdapterFile.factors(step, compute), scale);
        return new Routed(
                moved(arena, compute, made.down()),
                moved(arena, compute, made.up()),
                moved(arena, compute, made.router()),
                moved(arena, compute, made.top()));
    }

    /** The rank of all updates as one pair; beyond every limit if one of them is no pair. */
    private static long rank(List<Weighted> updates) {
        long rank = 0;
        for (Weighted one : updates) {
            OptionalInt own = one.layer().update().weightRank();
            rank += own.isPresent() ? own.getAsInt() : 1L + Integer.MAX_VALUE;
        }
        return rank;
    }

    /** One adapter's layer and how strongly it counts. */
    record Weighted(AdapterLayer layer, double weight) {}

    /** What the adapters do at a path, in their order. */
    List<Weighted> updates(String path) {
        List<Weighted> found = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            AdapterLayer layer = files.get(i).layers().get(path);
            if (layer != null) {
                found.add(new Weighted(layer, weights.get(i)));
            }
        }
        return found;
    }

    /** Whether any adapter changes the weight of a layer. */
    boolean touches(String path) {
        return !updates(path).isEmpty();
    }

    /** Checks that what is done to the layer at a path may be done to a quantised weight. */
    void checkPlain(String path) {
        Coexistence.checkPlain(updates(path));
    }

    /** W + Σ weight·(W' − W) in fp32 for the layer at a path, shaped like W. */
    NDArray added(Arena step, Compute compute, NDArray weight, String path) {
        return added(step, compute, weight, updates(path));
    }

    private static NDArray added(Arena step, Compute compute, NDArray weight, List<Weighted> updates) {
        Factors factors = AdapterFile.factors(step, compute);
        NDArray sum = Kernels.get().one(step, "converted", weight, Precision.FP32.scalarType(), compute.deviceName());
        for (Weighted one : updates) {
            sum = one.layer().update().addTo(step, sum, weight, factors, one.weight());
        }
        return sum;
    }

    /** Whether any adapter changes the bias of a layer. */
    boolean shifts(String path) {
        return updates(path).stream().anyMatch(one -> one.layer().update().shift() != null);
    }

    /** b + Σ weight·(b' − b) in fp32 for the layer at a path. */
    NDArray shifted(Arena step, Compute compute, NDArray bias, String path) {
        return shifted(step, compute, bias, updates(path));
    }

    private static NDArray shifted(Arena step, Compute compute, NDArray bias, List<Weighted> updates) {
        Factors factors = AdapterFile.factors(step, compute);
        NDArray sum = Kernels.get().one(step, "converted", bias, Precision.FP32.scalarType(), compute.deviceName());
        for (Weighted one : updates) {
            sum = one.layer().update().addToBias(step, sum, bias, factors, one.weight());
        }
        return sum;
    }

    /** The pair that is exactly all of them, side by side along the rank. */
    static LowRank pair(Arena step, Arena arena, Compute compute, List<Weighted> updates) {
        Factors factors = AdapterFile.factors(step, compute);
        List<NDArray> downs = new ArrayList<>();
        List<NDArray> ups = new ArrayList<>();
        for (Weighted one : updates) {
            LowRank pair = one.layer().update().pair(step, factors, one.weight());
            downs.add(pair.down());
            ups.add(pair.up());
        }
        NDArray down = Kernels.get().one(step, "concatenated", downs, 0);
        NDArray up = Kernels.get().one(step, "concatenated", ups, 1);
        return new LowRank(moved(arena, compute, down), moved(arena, compute, up));
    }

    private static NDArray moved(Arena arena, Compute compute, NDArray array) {
        return Kernels.get().one(arena, "converted", array, compute.precision().scalarType(), compute.deviceName());
    }

    private void replaceProjector(AdapterFile file, Arena arena, Compute compute) {
        if (file.projector().isEmpty()) {
            return;
        }
        for (Linear linear : linears.values()) {
            String path = linear.site().path();
            if (path.startsWith(LlavaKeys.PROJECTOR)) {
                NDArray bias = linear.bias() == null ? null : file.projector(arena, compute, path + ".bias");
                linear.replace(file.projector(arena, compute, path + ".weight"), bias);
            }
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
            if (path.startsWith(LlavaKeys.PROJECTOR)) {
                shapes.put(
                        path + ".weight",
                        List.of(linear.site().outputs(), linear.site().inputs()));
                if (linear.bias() != null) {
                    shapes.put(path + ".bias", List.of(linear.site().outputs()));
                }
            }
        });
        return shapes;
    }

    @Override
    public void close() {
        files.forEach(AdapterFile::close);
    }
}
