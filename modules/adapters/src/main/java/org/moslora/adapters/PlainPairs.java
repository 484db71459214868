package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * Adapters as one low-rank pair a layer: [s₁·A₁; s₂·A₂] and [B₁, B₂], side by side along the rank, which is exact. Every
 * mixer is folded and every scale is inside. The factors have the axes that files give them: those of a convolution are
 * four.
 */
public final class PlainPairs {
    private final LoadedAdapters adapters;
    private final Arena arena;
    private final LayerTensors layers;

    /**
     * Pairs of adapters.
     *
     * @param arena owns what is made
     * @param sites of the model, to tell what layers are convolutions where factors do not; empty if unknown
     */
    public PlainPairs(LoadedAdapters adapters, Arena arena, Map<String, Site> sites) {
        this.adapters = adapters;
        this.arena = arena;
        this.layers = new LayerTensors(arena, sites);
    }

    /**
     * Checks that every layer is a pair.
     *
     * @param instead what can be done with others, for the message
     * @throws org.moslora.problems.InvalidInput naming layers that no low-rank pair equals, such as DoRA's
     */
    public static void check(LoadedAdapters adapters, String instead) {
        Problems problems = new Problems();
        problems.collect(() -> NumberedLayers.checkNamed(adapters.files()));
        problems.collect(adapters::checkMergeable);
        for (AdapterFile file : adapters.files()) {
            file.layers().values().stream()
                    .filter(layer -> layer.form().isEmbedding())
                    .forEach(layer -> problems.add(
                            file.path().toString(),
                            "changes %s, an embedding table, which is no linear layer%s",
                            layer.path(),
                            instead));
            List<String> others = file.layers().values().stream()
                    .filter(layer -> !layer.form().dependsOnInput())
                    .filter(layer -> layer.update().pairRank().isEmpty())
                    .map(AdapterLayer::path)
                    .toList();
            if (!others.isEmpty()) {
                problems.add(
                        file.path().toString(),
                        "is %s: %d of its layers are no low-rank pair%s: %s",
                        String.join(" + ", file.kinds()),
                        others.size(),
                        instead,
                        AdapterNames.shortened(others));
            }
        }
        problems.throwIfAny();
    }

    /** Every layer that an adapter changes, by path. */
    public SortedSet<String> paths() {
        TreeSet<String> paths = new TreeSet<>();
        adapters.files().forEach(file -> paths.addAll(file.layers().keySet()));
        return paths;
    }

    /** The pair of one layer. */
    public LowRank pair(String path) {
        LayerUpdates updates = adapters.updates(path);
        AdapterLayer shape = updates.shape(layers);
        LowRank pair = updates.pair(arena);
        Map<TensorRole, NDArray> shaped = layers.shaped(shape, pair);
        return new LowRank(
                Objects.requireNonNull(shaped.get(TensorRole.DOWN)), Objects.requireNonNull(shaped.get(TensorRole.UP)));
    }
}
