package org.moslora.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Site;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.problems.InvalidInput;

/** Whether an adapter is one for a model, told from its files. */
interface Fitting {
    /** Whether it is. */
    boolean test(Path adapter);

    /**
     * On libtorch all its layers must be the model's.
     *
     * @param sites where adapters can sit
     * @param projector shapes of the projector's tensors
     */
    static Fitting torch(Map<String, Site> sites, Map<String, List<Long>> projector) {
        return adapter -> {
            if (GraphAdapters.isOne(adapter)) {
                return false;
            }
            try (LoadedAdapters opened = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)))) {
                opened.check(sites, projector);
                return true;
            } catch (InvalidInput another) {
                return false;
            }
        };
    }

    /**
     * On ONNX Runtime it must be for one of the model's graphs.
     *
     * @param graphs their names
     * @param prefixes how the layers of readable adapters begin
     */
    static Fitting onnx(java.util.Set<String> graphs, List<String> prefixes) {
        return adapter -> {
            try {
                if (GraphAdapters.isOne(adapter)) {
                    SortedMap<String, List<GraphFactor>> parts = GraphAdapters.read(adapter);
                    return graphs.containsAll(parts.keySet());
                }
                try (LoadedAdapters opened = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)))) {
                    return opened.files().get(0).layers().keySet().stream()
                            .allMatch(path -> prefixes.stream().anyMatch(path::startsWith));
                }
            } catch (InvalidInput another) {
                return false;
            }
        };
    }
}
