package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.names.Components;
import org.moslora.adapters.names.TransformerTree;
import org.moslora.adapters.names.TreePlace;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Site;

/**
 * Pairs on diffusers' layers of a transformer as pairs on those of its authors' tree. Where that has several in one, their
 * A's are stacked, and their B's stand along a diagonal; of layers without a pair it is zero.
 */
final class FusedLayers {
    private final TransformerTree tree;
    private final Map<String, Site> sites;
    private final Arena arena;

    FusedLayers(TransformerTree tree, Map<String, Site> sites, Arena arena) {
        this.tree = tree;
        this.sites = sites;
        this.arena = arena;
    }

    /**
     * A layer as it is to be written.
     *
     * @param path with its component
     */
    record Spelt(String path, Map<TensorRole, NDArray> tensors, double alpha) {
        static Spelt plain(LayerTensors.Written written) {
            return new Spelt(written.layer().path(), written.tensors(), written.alpha());
        }
    }

    List<Spelt> of(List<LayerTensors.Written> written) {
        List<Spelt> spelt = new ArrayList<>();
        Map<TreePlace, Map<String, LayerTensors.Written>> fused = new LinkedHashMap<>();
        for (LayerTensors.Written layer : written) {
            String path = Components.within(layer.layer().path());
            Optional<TreePlace> place = tree.original(path);
            if (place.isEmpty()) {
                spelt.add(Spelt.plain(layer));
            } else {
                fused.computeIfAbsent(place.get(), known -> new LinkedHashMap<>())
                        .put(path, layer);
            }
        }
        fused.forEach((place, parts) -> spelt.add(together(place, parts)));
        return spelt;
    }

    private Spelt together(TreePlace place, Map<String, LayerTensors.Written> parts) {
        String path = Components.TRANSFORMER + place.original();
        LayerTensors.Written first = parts.values().iterator().next();
        if (place.paths().size() == 1) {
            Map<TensorRole, NDArray> tensors = new EnumMap<>(first.tensors());
            if (place.isSwapped(first.layer().outputs(), first.layer().inputs())) {
                tensors.computeIfPresent(
                        TensorRole.UP, (role, up) -> Kernels.get().one(arena, "halves_swapped", up));
            }
            return new Spelt(path, tensors, first.alpha());
        }
        List<NDArray> downs = new ArrayList<>();
        List<NDArray> ups = new ArrayList<>();
        long rank = 0;
        for (String part : place.paths()) {
            LayerTensors.Written own = parts.get(part);
            NDArray down = own == null ? null : own.tensors().get(TensorRole.DOWN);
            NDArray up = own == null ? null : own.tensors().get(TensorRole.UP);
            if (own == null || down == null || up == null) {
                ups.add(arena.zeros(rows(place, part, parts), 0));
                continue;
            }
            downs.add(down);
            ups.add(Kernels.get().one(arena, "scaled", up, own.scale()));
            rank += own.rank();
        }
        Map<TensorRole, NDArray> tensors = new EnumMap<>(TensorRole.class);
        tensors.put(TensorRole.DOWN, Kernels.get().one(arena, "concatenated", downs, 0));
        tensors.put(TensorRole.UP, Kernels.get().one(arena, "block_diagonal", ups));
        return new Spelt(path, tensors, rank);
    }

    /** Outputs of a layer without a pair: what the model has, else by its share beside the others. */
    private long rows(TreePlace place, String part, Map<String, LayerTensors.Written> parts) {
        Site site = sites.get(Components.TRANSFORMER + part);
        String known = parts.keySet().iterator().next();
        long unit = parts.values().iterator().next().layer().outputs()
                / place.shares().get(place.paths().indexOf(known));
        return site == null ? unit * place.shares().get(place.paths().indexOf(part)) : site.outputs();
    }
}
