package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;

/**
 * Adapters that are used and not trained: evaluation, chat, merging. Several on one layer are one, by concatenation
 * along the rank, which is exact.
 */
public final class FixedAdapters implements Linears, AutoCloseable {
    private static final String PROJECTOR = "model.multi_modal_projector.";

    private final List<AdapterFile> files = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private final Map<String, Linear> linears = new LinkedHashMap<>();

    private FixedAdapters() {}

    /**
     * Opens adapters, in this order.
     *
     * @throws InvalidInput naming what is wrong with any of them
     */
    public static FixedAdapters open(List<ScaledAdapter> adapters) {
        FixedAdapters fixed = new FixedAdapters();
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
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The opened files. */
    public List<AdapterFile> files() {
        return List.copyOf(files);
    }

    /** How strongly the adapter at an index counts. */
    double weight(int index) {
        return weights.get(index);
    }

    @Override
    public void made(Linear linear) {
        linears.put(linear.site().path(), linear);
    }

    /**
     * Puts every layer on its linear, once the model is built.
     *
     * @throws InvalidInput naming every tensor that does not fit the model
     */
    public void attach(Arena arena, Compute compute) {
        files.forEach(file -> file.check(sites(), projectorShapes()));
        for (Linear linear : linears.values()) {
            List<NDArray> downs = new ArrayList<>();
            List<NDArray> ups = new ArrayList<>();
            try (Arena step = arena.child()) {
                for (int i = 0; i < files.size(); i++) {
                    AdapterLayer layer = files.get(i).layers().get(linear.site().path());
                    if (layer != null) {
                        LowRank pair = files.get(i).folded(step, compute, layer, weights.get(i));
                        downs.add(pair.down());
                        ups.add(pair.up());
                    }
                }
                if (!downs.isEmpty()) {
                    linear.adapt(
                            new LowRank(joined(step, arena, compute, downs, 0), joined(step, arena, compute, ups, 1)));
                }
            }
        }
        files.forEach(file -> replaceProjector(file, arena, compute));
    }

    private static NDArray joined(Arena step, Arena arena, Compute compute, List<NDArray> parts, int axis) {
        NDArray whole = Kernels.get().one(step, "concatenated", parts, axis);
        return Kernels.get().one(arena, "converted", whole, compute.precision().scalarType(), compute.deviceName());
    }

    private void replaceProjector(AdapterFile file, Arena arena, Compute compute) {
        if (file.projector().isEmpty()) {
            return;
        }
        for (Linear linear : linears.values()) {
            String path = linear.site().path();
            if (path.startsWith(PROJECTOR)) {
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
            if (path.startsWith(PROJECTOR)) {
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
